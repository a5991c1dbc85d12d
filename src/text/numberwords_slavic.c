/* SPDX-License-Identifier: ISC */
#include "text/numberwords_data.h"

/* Czech, Polish, Russian and Ukrainian, as numberwords_data.c has the others. */
const struct number_grammar number_grammars_slavic[] = {
    {.code = "cs",
        .ones = {"nula", "jedna", "dva", "tři", "čtyři", "pět", "šest", "sedm",
            "osm", "devět", "deset", "jedenáct", "dvanáct", "třináct",
            "čtrnáct", "patnáct", "šestnáct", "sedmnáct", "osmnáct",
            "devatenáct"},
        .tens = {[2] = "dvacet",
            "třicet",
            "čtyřicet",
            "padesát",
            "šedesát",
            "sedmdesát",
            "osmdesát",
            "devadesát"},
        .hundreds = {[1] = "sto",
            "dvě stě",
            "tři sta",
            "čtyři sta",
            "pět set",
            "šest set",
            "sedm set",
            "osm set",
            "devět set"},
        .thousand = "tisíc",
        .thousands = "tisíc",
        .thousands_few = "tisíce",
        .ten_one = " ",
        .hundred_more = " ",
        .thousand_more = " ",
        .thousand_less = " ",
        .more = "jedna=1~ jeden=1~ jedno=1~ jednu=1~ jednoho=1~ jedné=1~ "
                "dvě=2 dvou=2 dvěma=2 tří=3 třem=3 čtyř=4 pěti=5 šesti=6 "
                "sedmi=7 osmi=8 devíti=9 deseti=10 dvanácti=12 patnácti=15 "
                "dvaceti=20 třiceti=30 čtyřiceti=40 padesáti=50 stě=100+ "
                "sta=100+ set=100+ tisíce=1000+ milion=1000000+ "
                "miliony=1000000+ milionů=1000000+ oba=2~ obě=2~ pár=2~ "
                "tucet=12~ poledne=12~ půlnoc=12~ jednadvacet=21 "
                "třiadvacet=23 čtyřiadvacet=24 pětadvacet=25 "
                "šestadvacet=26 sedmadvacet=27 osmadvacet=28 "
                "devětadvacet=29 dvaadvacet=22 první=1.~ prvního=1.~ "
                "prvním=1.~ druhý=2.~ druhá=2.~ druhé=2.~ druhého=2.~ "
                "druhou=2.~ třetí=3. třetího=3. třetím=3. čtvrtý=4. "
                "čtvrtá=4. čtvrté=4. čtvrtého=4. pátý=5. pátá=5. páté=5. "
                "pátého=5. šestý=6. šestá=6. šesté=6. šestého=6. sedmý=7. "
                "sedmá=7. sedmé=7. sedmého=7. osmý=8. osmá=8. osmé=8. "
                "osmého=8. devátý=9. devátá=9. deváté=9. devátého=9. "
                "desátý=10. desátá=10. desáté=10. desátého=10. "
                "jedenáctý=11. jedenáctá=11. jedenácté=11. jedenáctého=11. "
                "dvanáctý=12. dvanáctá=12. dvanácté=12. dvanáctého=12. "
                "třináctý=13. třináctá=13. třinácté=13. třináctého=13. "
                "čtrnáctý=14. čtrnáctá=14. čtrnácté=14. čtrnáctého=14. "
                "patnáctý=15. patnáctá=15. patnácté=15. patnáctého=15. "
                "šestnáctý=16. šestnáctá=16. šestnácté=16. šestnáctého=16. "
                "sedmnáctý=17. sedmnáctá=17. sedmnácté=17. sedmnáctého=17. "
                "osmnáctý=18. osmnáctá=18. osmnácté=18. osmnáctého=18. "
                "devatenáctý=19. devatenáctá=19. devatenácté=19. "
                "devatenáctého=19. dvacátý=20. dvacátá=20. dvacáté=20. "
                "dvacátého=20. třicátý=30. třicátá=30. třicáté=30. "
                "třicátého=30.",
        .units = "",
        .no_numbers = "tisic diku"},
    {.code = "pl",
        .ones = {"zero", "jeden", "dwa", "trzy", "cztery", "pięć", "sześć",
            "siedem", "osiem", "dziewięć", "dziesięć", "jedenaście",
            "dwanaście", "trzynaście", "czternaście", "piętnaście",
            "szesnaście", "siedemnaście", "osiemnaście", "dziewiętnaście"},
        .tens = {[2] = "dwadzieścia",
            "trzydzieści",
            "czterdzieści",
            "pięćdziesiąt",
            "sześćdziesiąt",
            "siedemdziesiąt",
            "osiemdziesiąt",
            "dziewięćdziesiąt"},
        .hundreds = {[1] = "sto",
            "dwieście",
            "trzysta",
            "czterysta",
            "pięćset",
            "sześćset",
            "siedemset",
            "osiemset",
            "dziewięćset"},
        .thousand = "tysiąc",
        .thousands = "tysięcy",
        .thousands_few = "tysiące",
        .ten_one = " ",
        .hundred_more = " ",
        .thousand_more = " ",
        .thousand_less = " ",
        .more = "jeden=1~ jedna=1~ jedno=1~ jednego=1~ jednej=1~ jedną=1~ "
                "dwie=2 dwóch=2 dwu=2 dwoje=2 dwaj=2 dwoma=2 trzech=3 "
                "trzem=3 troje=3 czterech=4 czworo=4 pięciu=5 pięcioro=5 "
                "sześciu=6 siedmiu=7 ośmiu=8 dziewięciu=9 dziesięciu=10 "
                "jedenastu=11 dwunastu=12 piętnastu=15 dwudziestu=20 "
                "trzydziestu=30 czterdziestu=40 pięćdziesięciu=50 stu=100 "
                "tysiące=1000+ tysięcy=1000+ milion=1000000+ "
                "miliony=1000000+ milionów=1000000+ oba=2~ obie=2~ obaj=2~ "
                "para=2~ parę=2~ tuzin=12~ południe=12~ północ=12~ "
                "pierwszy=1.~ pierwsza=1.~ pierwsze=1.~ pierwszego=1.~ "
                "pierwszej=1.~ drugi=2.~ druga=2.~ drugie=2.~ drugiego=2.~ "
                "drugiej=2.~ trzeci=3. trzecia=3. trzecie=3. trzeciego=3. "
                "trzeciej=3. czwarty=4. czwarta=4. czwarte=4. czwartego=4. "
                "czwartej=4. piąty=5. piąta=5. piąte=5. piątego=5. "
                "piątej=5. szósty=6. szósta=6. szóste=6. szóstego=6. "
                "szóstej=6. siódmy=7. siódma=7. siódme=7. siódmego=7. "
                "siódmej=7. ósmy=8. ósma=8. ósme=8. ósmego=8. ósmej=8. "
                "dziewiąty=9. dziewiąta=9. dziewiąte=9. dziewiątego=9. "
                "dziewiątej=9. dziesiąty=10. dziesiąta=10. dziesiąte=10. "
                "dziesiątego=10. dziesiątej=10. jedenasty=11. "
                "jedenasta=11. jedenaste=11. jedenastego=11. "
                "jedenastej=11. dwunasty=12. dwunasta=12. dwunaste=12. "
                "dwunastego=12. dwunastej=12. trzynasty=13. trzynasta=13. "
                "trzynaste=13. trzynastego=13. trzynastej=13. "
                "czternasty=14. czternasta=14. czternaste=14. "
                "czternastego=14. czternastej=14. piętnasty=15. "
                "piętnasta=15. piętnaste=15. piętnastego=15. "
                "piętnastej=15. szesnasty=16. szesnasta=16. szesnaste=16. "
                "szesnastego=16. szesnastej=16. siedemnasty=17. "
                "siedemnasta=17. siedemnaste=17. siedemnastego=17. "
                "siedemnastej=17. osiemnasty=18. osiemnasta=18. "
                "osiemnaste=18. osiemnastego=18. osiemnastej=18. "
                "dziewiętnasty=19. dziewiętnasta=19. dziewiętnaste=19. "
                "dziewiętnastego=19. dziewiętnastej=19. dwudziesty=20. "
                "dwudziesta=20. dwudzieste=20. dwudziestego=20. "
                "dwudziestej=20. trzydziesty=30. trzydziesta=30. "
                "trzydzieste=30. trzydziestego=30. trzydziestej=30.",
        .units = "",
        .no_numbers = "sto lat"},
    {.code = "ru",
        .ones = {"ноль", "один", "два", "три", "четыре", "пять", "шесть",
            "семь", "восемь", "девять", "десять", "одиннадцать", "двенадцать",
            "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать",
            "семнадцать", "восемнадцать", "девятнадцать"},
        .tens = {[2] = "двадцать",
            "тридцать",
            "сорок",
            "пятьдесят",
            "шестьдесят",
            "семьдесят",
            "восемьдесят",
            "девяносто"},
        .hundreds = {[1] = "сто",
            "двести",
            "триста",
            "четыреста",
            "пятьсот",
            "шестьсот",
            "семьсот",
            "восемьсот",
            "девятьсот"},
        .thousand = "тысяча",
        .thousands = "тысяч",
        .thousands_few = "тысячи",
        .two = "две",
        .ten_one = " ",
        .hundred_more = " ",
        .thousand_more = " ",
        .thousand_less = " ",
        .more = "один=1~ одна=1~ одно=1~ одну=1~ одного=1~ одной=1~ нуль=0 "
                "две=2 двух=2 двум=2 двое=2 трёх=3 трём=3 трое=3 четырёх=4 "
                "четверо=4 пяти=5 шести=6 семи=7 восьми=8 девяти=9 "
                "десяти=10 двенадцати=12 пятнадцати=15 двадцати=20 "
                "тридцати=30 сорока=40 пятидесяти=50 ста=100 тысячу=1000 "
                "тысячи=1000+ тысяч=1000+ миллион=1000000+ "
                "миллиона=1000000+ миллионов=1000000+ оба=2~ обе=2~ "
                "пара=2~ пару=2~ дюжина=12~ полдень=12~ полночь=12~ "
                "первый=1.~ первая=1.~ первое=1.~ первого=1.~ первой=1.~ "
                "второй=2.~ вторая=2.~ второе=2.~ второго=2.~ третий=3. "
                "третья=3. третье=3. третьего=3. третьей=3. четвертый=4. "
                "четвертая=4. четвертое=4. четвертого=4. четвертой=4. "
                "пятый=5. пятая=5. пятое=5. пятого=5. пятой=5. шестый=6. "
                "шестая=6. шестое=6. шестого=6. шестой=6. седьмый=7. "
                "седьмая=7. седьмое=7. седьмого=7. седьмой=7. восьмый=8. "
                "восьмая=8. восьмое=8. восьмого=8. восьмой=8. девятый=9. "
                "девятая=9. девятое=9. девятого=9. девятой=9. десятый=10. "
                "десятая=10. десятое=10. десятого=10. десятой=10. "
                "одиннадцатый=11. одиннадцатая=11. одиннадцатое=11. "
                "одиннадцатого=11. одиннадцатой=11. двенадцатый=12. "
                "двенадцатая=12. двенадцатое=12. двенадцатого=12. "
                "двенадцатой=12. тринадцатый=13. тринадцатая=13. "
                "тринадцатое=13. тринадцатого=13. тринадцатой=13. "
                "четырнадцатый=14. четырнадцатая=14. четырнадцатое=14. "
                "четырнадцатого=14. четырнадцатой=14. пятнадцатый=15. "
                "пятнадцатая=15. пятнадцатое=15. пятнадцатого=15. "
                "пятнадцатой=15. шестнадцатый=16. шестнадцатая=16. "
                "шестнадцатое=16. шестнадцатого=16. шестнадцатой=16. "
                "семнадцатый=17. семнадцатая=17. семнадцатое=17. "
                "семнадцатого=17. семнадцатой=17. восемнадцатый=18. "
                "восемнадцатая=18. восемнадцатое=18. восемнадцатого=18. "
                "восемнадцатой=18. девятнадцатый=19. девятнадцатая=19. "
                "девятнадцатое=19. девятнадцатого=19. девятнадцатой=19. "
                "двадцатый=20. двадцатая=20. двадцатое=20. двадцатого=20. "
                "двадцатой=20. тридцатый=30. тридцатая=30. тридцатое=30. "
                "тридцатого=30. тридцатой=30.",
        .units = "",
        .no_numbers = ""},
    {.code = "uk",
        .ones = {"нуль", "один", "два", "три", "чотири", "п'ять", "шість",
            "сім", "вісім", "дев'ять", "десять", "одинадцять", "дванадцять",
            "тринадцять", "чотирнадцять", "п'ятнадцять", "шістнадцять",
            "сімнадцять", "вісімнадцять", "дев'ятнадцять"},
        .tens = {[2] = "двадцять",
            "тридцять",
            "сорок",
            "п'ятдесят",
            "шістдесят",
            "сімдесят",
            "вісімдесят",
            "дев'яносто"},
        .hundreds = {[1] = "сто",
            "двісті",
            "триста",
            "чотириста",
            "п'ятсот",
            "шістсот",
            "сімсот",
            "вісімсот",
            "дев'ятсот"},
        .thousand = "тисяча",
        .thousands = "тисяч",
        .thousands_few = "тисячі",
        .two = "дві",
        .ten_one = " ",
        .hundred_more = " ",
        .thousand_more = " ",
        .thousand_less = " ",
        .more = "один=1~ одна=1~ одне=1~ одну=1~ одного=1~ однієї=1~ дві=2 "
                "двох=2 двом=2 двоє=2 трьох=3 трьом=3 троє=3 чотирьох=4 "
                "четверо=4 п'яти=5 шести=6 семи=7 восьми=8 дев'яти=9 "
                "десяти=10 дванадцяти=12 п'ятнадцяти=15 двадцяти=20 "
                "тридцяти=30 сорока=40 ста=100 тисячу=1000 тисячі=1000+ "
                "тисяч=1000+ мільйон=1000000+ мільйони=1000000+ "
                "мільйонів=1000000+ обидва=2~ обидві=2~ пара=2~ пару=2~ "
                "дюжина=12~ полудень=12~ північ=12~ перший=1.~ перша=1.~ "
                "перше=1.~ першого=1.~ першої=1.~ другий=2.~ друга=2.~ "
                "друге=2.~ другого=2.~ другої=2.~ третій=3. третя=3. "
                "третє=3. третього=3. третьої=3. четвертий=4. четверта=4. "
                "четверте=4. четвертого=4. четвертої=4. п'ятий=5. п'ята=5. "
                "п'яте=5. п'ятого=5. п'ятої=5. шостий=6. шоста=6. шосте=6. "
                "шостого=6. шостої=6. сьомий=7. сьома=7. сьоме=7. "
                "сьомого=7. сьомої=7. восьмий=8. восьма=8. восьме=8. "
                "восьмого=8. восьмої=8. дев'ятий=9. дев'ята=9. дев'яте=9. "
                "дев'ятого=9. дев'ятої=9. десятий=10. десята=10. "
                "десяте=10. десятого=10. десятої=10. одинадцятий=11. "
                "одинадцята=11. одинадцяте=11. одинадцятого=11. "
                "одинадцятої=11. дванадцятий=12. дванадцята=12. "
                "дванадцяте=12. дванадцятого=12. дванадцятої=12. "
                "тринадцятий=13. тринадцята=13. тринадцяте=13. "
                "тринадцятого=13. тринадцятої=13. чотирнадцятий=14. "
                "чотирнадцята=14. чотирнадцяте=14. чотирнадцятого=14. "
                "чотирнадцятої=14. п'ятнадцятий=15. п'ятнадцята=15. "
                "п'ятнадцяте=15. п'ятнадцятого=15. п'ятнадцятої=15. "
                "шістнадцятий=16. шістнадцята=16. шістнадцяте=16. "
                "шістнадцятого=16. шістнадцятої=16. сімнадцятий=17. "
                "сімнадцята=17. сімнадцяте=17. сімнадцятого=17. "
                "сімнадцятої=17. вісімнадцятий=18. вісімнадцята=18. "
                "вісімнадцяте=18. вісімнадцятого=18. вісімнадцятої=18. "
                "дев'ятнадцятий=19. дев'ятнадцята=19. дев'ятнадцяте=19. "
                "дев'ятнадцятого=19. дев'ятнадцятої=19. двадцятий=20. "
                "двадцята=20. двадцяте=20. двадцятого=20. двадцятої=20. "
                "тридцятий=30. тридцята=30. тридцяте=30. тридцятого=30. "
                "тридцятої=30.",
        .units = "",
        .no_numbers = ""},
};

const size_t n_number_grammars_slavic =
    sizeof(number_grammars_slavic) / sizeof(number_grammars_slavic[0]);
