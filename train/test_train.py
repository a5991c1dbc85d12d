#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""The formats that are written, and the measures. Needs numpy only."""
import os
import random
import struct
import sys
import tempfile
import unittest

try:
    import numpy as np
except ImportError:
    print('1..0 # SKIP numpy is not there')
    sys.exit(77)

import evaluate
import marian
import network
import shortlist
import transplant

try:
    import prepare  # needs sentencepiece
except ImportError:
    prepare = None


def parse_container(data):
    """An independent reader, by the description of the format."""
    version, count = struct.unpack_from('<QQ', data)
    assert version == 1
    at = 16
    heads = [struct.unpack_from('<4Q', data, at + 32 * i)
             for i in range(count)]
    at += 32 * count
    names, shapes, out = [], [], {}
    for head in heads:
        names.append(data[at:at + head[0] - 1].decode())
        assert data[at + head[0] - 1] == 0
        at += head[0]
    for head in heads:
        shapes.append(struct.unpack_from(f'<{head[2]}i', data, at))
        at += 4 * head[2]
    skip, = struct.unpack_from('<Q', data, at)
    at += 8 + skip
    assert at % 256 == 0 and not any(data[at - skip:at])
    for head, name, shape in zip(heads, names, shapes):
        out[name] = head[1], shape, data[at:at + head[3]]
        at += head[3]
    assert at == len(data)
    return names, out


class ContainerTest(unittest.TestCase):
    def setUp(self):
        rng = np.random.default_rng(1)
        self.tensors = {
            'encoder_l1_self_Wq': rng.normal(size=(64, 32)),
            'encoder_l1_self_Wo_ln_scale': rng.normal(size=(1, 64)),
            'Wemb': rng.normal(size=(10, 64)),
            'Wemb_QuantMultA': np.array([[12.5]]),
            'encoder_l1_self_Wq_QuantMultA': np.array([[9.0]])}
        self.names, self.items = parse_container(
            marian.model_bytes(self.tensors, 'a: b', int8=True))

    def test_items_are_sorted_and_the_options_come_last(self):
        self.assertEqual(self.names[:-1], sorted(self.tensors))
        self.assertEqual(self.items[marian.YML], (0x0101, (5,), b'a: b\0'))

    def test_a_matrix_lies_transposed_with_its_factor_behind(self):
        kind, shape, data = self.items['encoder_l1_self_Wq']
        self.assertEqual((kind, shape), (0x4101, (64, 32)))
        q = np.frombuffer(data, np.int8, 64 * 32).reshape(32, 64)
        factor, = struct.unpack_from('<f', data, 64 * 32)
        want = self.tensors['encoder_l1_self_Wq']
        self.assertLessEqual(np.abs(q.T / factor - want).max(),
                             0.5001 / factor)
        self.assertEqual(np.abs(q).max(), 127)

    def test_embeddings_keep_their_rows(self):
        _, _, data = self.items['Wemb']
        q = np.frombuffer(data, np.int8, 640).reshape(10, 64)
        factor, = struct.unpack_from('<f', data, 640)
        self.assertLessEqual(
            np.abs(q / factor - self.tensors['Wemb']).max(),
            0.5001 / factor)

    def test_factors_and_norms_are_stored_as_marian_does(self):
        kind, _, data = self.items['Wemb_QuantMultA']
        factor, = struct.unpack_from('<f', data, 1)
        self.assertEqual(kind, 0x4101)
        self.assertAlmostEqual(data[0] / factor, 12.5, places=4)
        self.assertEqual(
            self.items['encoder_l1_self_Wq_QuantMultA'][0], 0x0404)
        self.assertEqual(
            self.items['encoder_l1_self_Wo_ln_scale'][0], 0x0404)

    def test_float_files_hold_the_weights_themselves(self):
        _, items = parse_container(
            marian.model_bytes(self.tensors, 'a: b', int8=False))
        kind, _, data = items['encoder_l1_self_Wq']
        self.assertEqual(kind, 0x0404)
        want = self.tensors['encoder_l1_self_Wq'].astype(np.float32)
        self.assertEqual(data[:want.nbytes], want.tobytes())


    def test_what_was_written_is_read(self):
        for int8, near in ((False, 0), (True, 0.03)):
            with tempfile.NamedTemporaryFile() as f:
                f.write(marian.model_bytes(self.tensors, 'a: b', int8))
                f.flush()
                got = marian.read(f.name)
            for name, want in self.tensors.items():
                np.testing.assert_allclose(got[name], want, rtol=1e-6,
                                           atol=max(near, 1e-6))


class ShortlistTest(unittest.TestCase):
    def test_offsets_bound_sorted_ids_without_repeats(self):
        data = marian.shortlist_bytes([[5, 3, 3], [], [1]], 50, 100)
        magic, check, first, best, n_off, n_ids = struct.unpack_from(
            '<6Q', data)
        self.assertEqual(magic, 0xF11A48D5013417F5)
        self.assertEqual((first, best, n_off, n_ids), (50, 100, 4, 3))
        self.assertEqual(struct.unpack_from('<4Q', data, 48), (0, 2, 2, 3))
        self.assertEqual(struct.unpack_from('<3I', data, 80), (3, 5, 1))
        self.assertEqual(len(data), 48 + 8 * 4 + 4 * 3)
        self.assertEqual(check, marian.checksum(data[16:]))

    def test_the_checksum_wraps_and_passes_over_half_a_word(self):
        body = struct.pack('<2Q', 2**64 - 1, 7)
        h = (2**64 - 1 + 0x9E3779B9) % 2**64
        h ^= (7 + 0x9E3779B9 + (h << 6) + (h >> 2)) % 2**64
        self.assertEqual(marian.checksum(body + b'abcd'), h)

    def test_words_that_go_together_find_each_other(self):
        sentences = [([2, 3], [12, 13]), ([3, 4], [13, 14]),
                     ([4, 2], [14, 12])] * 4
        data = {'pieces': 16}
        for i, side in enumerate(('source', 'target')):
            data[side] = np.array(sum((s[i] for s in sentences), []))
            data[side + '_starts'] = np.arange(len(sentences) + 1) * 2
        lists = shortlist.build(data, common=0, best=1, limit=100)
        self.assertEqual(lists[2:5], [[12], [13], [14]])

    def test_a_shortlist_is_made_of_lines_from_all_over_the_text(self):
        pairs = [([2], [12])] * 500 + [([3], [13])] * 500
        data = {'pieces': 16}
        for i, side in enumerate(('source', 'target')):
            data[side], data[side + '_starts'] = prepare.packed(
                [p[i] for p in pairs])
        lists = shortlist.build(data, common=0, best=1, limit=200)
        self.assertEqual(lists[2:4], [[12], [13]])


class MeasureTest(unittest.TestCase):
    def test_the_same_text_has_full_marks(self):
        text = ['Where is the station, please?']
        self.assertAlmostEqual(evaluate.chrf(text, [text]), 100)
        self.assertAlmostEqual(evaluate.bleu(text, [text]), 100)

    def test_the_nearest_reference_counts(self):
        one = evaluate.chrf(['a small house'], [['a small home']])
        two = evaluate.chrf(['a small house'],
                            [['nothing', 'a small home']])
        self.assertAlmostEqual(one, two)
        self.assertTrue(50 < one < 100)

    def test_chrf_by_hand(self):
        # ab against ac: one of two letters, none of the pairs.
        p = 0.5 / 6
        self.assertAlmostEqual(evaluate.chrf(['ab'], [['ac']]), 100 * p)


class NetworkTest(unittest.TestCase):
    def test_positions_are_sines_then_cosines(self):
        p = network.positions(0, 3, 8)
        self.assertTrue(np.allclose(p[0], [0] * 4 + [1] * 4))
        self.assertAlmostEqual(p[2, 0], np.sin(2), places=6)
        self.assertAlmostEqual(p[1, 3], np.sin(1e-4), places=6)


class Pieces:
    """A vocabulary that splits into its longest pieces."""

    def __init__(self, pieces):
        self.pieces = pieces

    def get_piece_size(self):
        return len(self.pieces)

    def id_to_piece(self, i):
        return self.pieces[i]

    def encode(self, text):
        rest, out = '▁' + text.replace(' ', '▁'), []
        while rest:
            fits = [p for p in self.pieces if rest.startswith(p)]
            out.append(self.pieces.index(max(fits, key=len)))
            rest = rest[len(self.pieces[out[-1]]):]
        return out


class TransplantTest(unittest.TestCase):
    old = Pieces(['</s>', '<unk>', '▁', '▁a', 'b', 'c', 'bc'])

    def test_new_pieces_descend_from_old_ones(self):
        new = Pieces(['</s>', '<unk>', '▁a', '▁ab', 'cb', 'bc', '▁c'])
        self.assertEqual(transplant.ancestors(new, self.old),
                         [[0], [1], [3], [3, 4], [5, 4], [6], [2, 5]])

    def test_everything_but_embeddings_and_their_bias_stays(self):
        soft = np.concatenate([np.arange(14), np.arange(100, 107), [7, 8, 9]])
        out = transplant.transplanted(
            soft.astype(np.float32), [[0], [3, 5]], 7, 2,
            np.random.default_rng(1))
        self.assertEqual(out[:2].tolist(), [0, 1])
        self.assertTrue(np.allclose(out[2:4], [8, 9], atol=0.2))
        self.assertEqual(out[4], 100)
        self.assertAlmostEqual(out[5], 104, delta=0.2)
        self.assertEqual(out[6:].tolist(), [7, 8, 9])


@unittest.skipIf(prepare is None, 'sentencepiece is not there')
@unittest.skipUnless(prepare, 'sentencepiece is not there')
class GraftTest(unittest.TestCase):
    def test_matrices_and_vectors_are_in_the_trainer_s_order(self):
        import graft
        tensors, d, f = {}, 4, 6
        for p in ('encoder_l1', 'decoder_l1'):
            inner = '_self' if p[0] == 'e' else '_context'
            for c in 'qkvo':
                tensors[f'{p}{inner}_W{c}'] = np.random.rand(d, d)
                tensors[f'{p}{inner}_b{c}'] = np.random.rand(1, d)
            for n in ('_Wo_ln_scale', '_Wo_ln_bias'):
                tensors[p + inner + n] = np.random.rand(1, d)
            tensors[p + '_ffn_W1'] = np.random.rand(d, f)
            tensors[p + '_ffn_W2'] = np.random.rand(f, d)
            tensors[p + '_ffn_b1'] = np.random.rand(1, f)
            for n in ('_b2', '_ffn_ln_scale', '_ffn_ln_bias'):
                tensors[p + '_ffn' + n] = np.random.rand(1, d)
        for n in ('W', 'Wf'):
            tensors['decoder_l1_rnn_' + n] = np.random.rand(d, d)
        for n in ('bf', 'ffn_ln_scale', 'ffn_ln_bias'):
            tensors['decoder_l1_rnn_' + n] = np.random.rand(1, d)
        square, wide = graft.matrices(tensors)
        self.assertEqual(square.shape, (10, d, d))
        self.assertEqual(wide.shape, (4, d, f))
        np.testing.assert_array_equal(square[4],
                                      tensors['decoder_l1_rnn_W'].T)
        np.testing.assert_array_equal(wide[1], tensors['encoder_l1_ffn_W2'].T)
        # Biases of one layer: 6 + 4 of d, with one of f, twice; the cell's 4.
        flat = graft.vectors(tensors)
        self.assertEqual(len(flat), 2 * (9 * d + f) + 4 * d)
        np.testing.assert_array_equal(flat[:d],
                                      tensors['encoder_l1_self_bq'][0])


class AsTypedTest(unittest.TestCase):
    def test_nobody_types_the_marks_that_open_a_question(self):
        rng = random.Random(1)
        for _ in range(50):
            source, target = prepare.as_typed(
                'Hola, ¿cómo estás?', 'Hi, how are you?', rng)
            self.assertNotIn('¿', source)
            self.assertEqual(source.endswith('?'), target.endswith('?'))

    def test_a_translation_has_both_marks_or_none(self):
        rng = random.Random(1)
        for _ in range(50):
            _, target = prepare.as_typed('How are you?', '¿Cómo estás?', rng)
            self.assertIn(target, ('¿Cómo estás?', 'Cómo estás'))

    def test_dollars_become_euros_on_both_sides(self):
        self.assertEqual(
            prepare.with_euros('It costs 30 dollars.', 'Cuesta 30 dólares.'),
            ('It costs 30 euros.', 'Cuesta 30 euros.'))
        self.assertEqual(
            prepare.with_euros('It costs 30 dollars.', 'Es kostet 30 Dollar.'),
            ('It costs 30 euros.', 'Es kostet 30 Euro.'))
        self.assertEqual(
            prepare.with_euros('Costa 30 dollari.', 'It costs 30 dollars.'),
            ('Costa 30 euro.', 'It costs 30 euros.'))
        self.assertIsNone(prepare.with_euros('A dollar!', 'Geld!'))

    def test_some_english_lines_lose_the_apostrophe_of_short_forms(self):
        rng = random.Random(1)
        typed = {prepare.as_typed("I don't know the dogs' names",
                                  'No sé los nombres de los perros', rng)[0]
                 for _ in range(50)}
        self.assertIn("I dont know the dogs' names", typed)
        self.assertIn("I don't know the dogs' names", typed)


class WordsTest(unittest.TestCase):
    def setUp(self):
        if prepare is None:
            self.skipTest('sentencepiece is not there')
        import words_fr
        self.of = words_fr

    def test_what_belongs_to_a_noun_agrees_with_it(self):
        frame = ('Where {is} {the}? {My} {is} old.',
                 'Où [est] [le] ? [Mon] [est] usé[e], [il] [est] délicieu[x].')
        for word, english, french in (
                (('kettle', 'bouilloire', 'f', 'T'),
                 'Where is the kettle? My kettle is old.',
                 'Où est la bouilloire ? Ma bouilloire est usée, elle est '
                 'délicieuse.'),
                (('scarf', 'écharpe', 'f', 'T'),
                 'Where is the scarf? My scarf is old.',
                 "Où est l'écharpe ? Mon écharpe est usée, elle est "
                 'délicieuse.'),
                (('fries', 'frites', 'f', 'F+'),
                 'Where are the fries? My fries are old.',
                 'Où sont les frites ? Mes frites sont usées, elles sont '
                 'délicieuses.'),
                (('hedgehog', 'hérisson', 'm', 'A'),
                 'Where is the hedgehog? My hedgehog is old.',
                 'Où est le hérisson ? Mon hérisson est usé, il est '
                 'délicieux.')):
            self.assertEqual(
                self.of.framed(*frame, self.of.Word(*word, False)),
                (english, french))

    def test_a_noun_takes_the_place_of_one_like_it(self):
        words = [self.of.Word('book', 'livre', 'm', 'T', True),
                 self.of.Word('umbrella', 'parapluie', 'm', 'T', False),
                 self.of.Word('kettle', 'bouilloire', 'f', 'T', False)]
        pairs = [('I lost a book this morning.',
                  "J'ai perdu un livre ce matin."),
                 ('Books and a book are not one noun.',
                  'Un livre et des livres font deux noms.')]
        made = list(self.of.from_pairs(words, pairs, 3, random.Random(1)))
        self.assertEqual(made, [('I lost an umbrella this morning.',
                                 "J'ai perdu un parapluie ce matin.")])

    def test_every_word_of_the_table_fits_its_frames(self):
        folder = os.path.dirname(os.path.abspath(__file__))
        words = self.of.read_words(folder + '/words-en-fr.tsv')
        frames = self.of.table(folder + '/frames-en-fr.tsv')
        kinds = {k for f in frames for k in f[0].split()}
        self.assertEqual([w for w in words if w.kind not in kinds], [])
        for a, b in self.of.from_frames(words, frames, 99, random.Random(1)):
            self.assertNotRegex(a + b, r'[\[\]{}]')


class GermanWordsTest(unittest.TestCase):
    def setUp(self):
        if prepare is None:
            self.skipTest('sentencepiece is not there')
        import words_de
        self.of = words_de

    def test_what_belongs_to_a_noun_has_its_gender_and_case(self):
        frame = ('{The} {is} here. I called {my}.',
                 '[Der] [ist] da, [er] mit [dem]. Ich rief [meinen] an, '
                 '[einen neuen], [einen].')
        for word, english, german in (
                (('plumber', 'Klempner', 'Klempner', 'm', 'P'),
                 'The plumber is here. I called my plumber.',
                 'Der Klempner ist da, er mit dem Klempner. Ich rief meinen '
                 'Klempner an, einen neuen Klempner, einen Klempner.'),
                (('colleague', 'Kollege', 'Kollegen', 'm', 'P'),
                 'The colleague is here. I called my colleague.',
                 'Der Kollege ist da, er mit dem Kollegen. Ich rief meinen '
                 'Kollegen an, einen neuen Kollegen, einen Kollegen.'),
                (('charger', 'Ladegerät', 'Ladegerät', 'n', 'T'),
                 'The charger is here. I called my charger.',
                 'Das Ladegerät ist da, es mit dem Ladegerät. Ich rief mein '
                 'Ladegerät an, ein neues Ladegerät, ein Ladegerät.'),
                (('eggs', 'Eier', 'Eier', 'p', 'F+'),
                 'The eggs are here. I called my eggs.',
                 'Die Eier sind da, sie mit den Eiern. Ich rief meine '
                 'Eier an, neue Eier, Eier.')):
            self.assertEqual(
                self.of.framed(*frame, self.of.Word(*word)), (english, german))

    def test_every_word_of_the_table_fits_its_frames(self):
        folder = os.path.dirname(os.path.abspath(__file__))
        words = self.of.read_words(folder + '/words-en-de.tsv')
        frames = self.of.words_fr.table(folder + '/frames-en-de.tsv')
        kinds = {k for f in frames for k in f[0].split()}
        self.assertEqual([w for w in words if w.kind not in kinds], [])
        for a, b in self.of.from_frames(words, frames, 99, random.Random(1)):
            self.assertNotRegex(a + b, r'[\[\]{}]')


class NumbersTest(unittest.TestCase):
    def setUp(self):
        if prepare is None:
            self.skipTest('sentencepiece is not there')
        import numbers_fr
        self.of = numbers_fr

    def test_numbers_are_spelled_as_people_do(self):
        for n, english, french in (
                (21, 'twenty-one', 'vingt et un'),
                (71, 'seventy-one', 'soixante et onze'),
                (80, 'eighty', 'quatre-vingts'),
                (97, 'ninety-seven', 'quatre-vingt-dix-sept'),
                (200, 'two hundred', 'deux cents'),
                (250, 'two hundred and fifty', 'deux cent cinquante'),
                (80000, 'eighty thousand', 'quatre-vingt mille'),
                (1001, 'one thousand and one', 'mille un')):
            self.assertEqual((self.of.english(n), self.of.french(n)),
                             (english, french))
        self.assertEqual(self.of.french(21, True), 'vingt et une')

    def test_ordinals_too(self):
        for n, english, french in ((1, 'first', 'premier'),
                                   (5, 'fifth', 'cinquième'),
                                   (9, 'ninth', 'neuvième'),
                                   (14, 'fourteenth', 'quatorzième'),
                                   (20, 'twentieth', 'vingtième'),
                                   (31, 'thirty-first', 'trente et unième'),
                                   (80, 'eightieth', 'quatre-vingtième')):
            self.assertEqual((self.of.english_ordinal(n),
                              self.of.french_ordinal(n)), (english, french))

    def test_frames_have_no_place_left(self):
        folder = os.path.dirname(os.path.abspath(__file__))
        rows = self.of.words_fr.table(folder + '/numbers-en-fr.tsv')
        for a, b in self.of.from_frames(rows, 9, random.Random(1)):
            self.assertNotRegex(a + b, r'[{}]')


class GermanNumbersTest(unittest.TestCase):
    def setUp(self):
        if prepare is None:
            self.skipTest('sentencepiece is not there')
        import numbers_de
        self.of = numbers_de

    def test_numbers_are_spelled_as_people_do(self):
        for n, word in ((1, 'eins'), (16, 'sechzehn'), (17, 'siebzehn'),
                        (21, 'einundzwanzig'), (30, 'dreißig'),
                        (67, 'siebenundsechzig'), (101, 'einhunderteins'),
                        (250, 'zweihundertfünfzig'), (1000, 'eintausend'),
                        (2021, 'zweitausendeinundzwanzig'),
                        (80000, 'achtzigtausend')):
            self.assertEqual(self.of.counted(n), word)

    def test_ordinals_too(self):
        for n, word in ((1, 'erste'), (3, 'dritte'), (7, 'siebte'),
                        (8, 'achte'), (12, 'zwölfte'), (20, 'zwanzigste'),
                        (31, 'einunddreißigste')):
            self.assertEqual(self.of.german_ordinal(n), word)

    def test_frames_have_no_place_left(self):
        folder = os.path.dirname(os.path.abspath(__file__))
        rows = self.of.words_fr.table(folder + '/numbers-en-de.tsv')
        made = list(self.of.from_frames(rows, 9, random.Random(1)))
        self.assertGreater(len(made), 600)
        for a, b in made:
            self.assertNotRegex(a + b, r'[{}]')


if __name__ == '__main__':
    unittest.main()
