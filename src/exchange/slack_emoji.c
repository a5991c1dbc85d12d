/* SPDX-License-Identifier: ISC */
#include "exchange/slack_text.h"

/* The short names that are used most; Slack has them from
 * https://github.com/iamcal/emoji-data. */
static const struct {
    const char *name, *emoji;
} emoji[] = {{"+1", "👍"}, {"thumbsup", "👍"}, {"-1", "👎"}, {"thumbsdown", "👎"},
    {"100", "💯"}, {"alarm_clock", "⏰"}, {"angry", "😠"}, {"anguished", "😧"},
    {"apple", "🍎"}, {"arrow_down", "⬇️"}, {"arrow_left", "⬅️"},
    {"arrow_right", "➡️"}, {"arrow_up", "⬆️"}, {"astonished", "😲"},
    {"baby", "👶"}, {"balloon", "🎈"}, {"bangbang", "‼️"}, {"beer", "🍺"},
    {"beers", "🍻"}, {"bell", "🔔"}, {"birthday", "🎂"}, {"blue_heart", "💙"},
    {"blush", "😊"}, {"bomb", "💣"}, {"book", "📖"}, {"boom", "💥"}, {"bow", "🙇"},
    {"broken_heart", "💔"}, {"bug", "🐛"}, {"bulb", "💡"}, {"bus", "🚌"},
    {"cake", "🍰"}, {"calendar", "📆"}, {"call_me_hand", "🤙"}, {"camera", "📷"},
    {"car", "🚗"}, {"cat", "🐱"}, {"chart_with_upwards_trend", "📈"},
    {"cherry_blossom", "🌸"}, {"clap", "👏"}, {"clock", "🕐"}, {"coffee", "☕"},
    {"cold_sweat", "😰"}, {"computer", "💻"}, {"confetti_ball", "🎊"},
    {"confounded", "😖"}, {"confused", "😕"}, {"construction", "🚧"},
    {"cookie", "🍪"}, {"crossed_fingers", "🤞"}, {"cry", "😢"}, {"dancer", "💃"},
    {"dart", "🎯"}, {"disappointed", "😞"}, {"dizzy_face", "😵"}, {"dog", "🐶"},
    {"doughnut", "🍩"}, {"ear", "👂"}, {"earth_africa", "🌍"}, {"egg", "🥚"},
    {"email", "📧"}, {"exclamation", "❗"}, {"heavy_exclamation_mark", "❗"},
    {"expressionless", "😑"}, {"eyes", "👀"}, {"face_palm", "🤦"},
    {"face_with_rolling_eyes", "🙄"}, {"facepunch", "👊"}, {"punch", "👊"},
    {"fearful", "😨"}, {"fire", "🔥"}, {"fireworks", "🎆"}, {"fish", "🐟"},
    {"fist", "✊"}, {"flushed", "😳"}, {"frowning", "😦"}, {"gear", "⚙️"},
    {"gift", "🎁"}, {"grimacing", "😬"}, {"grin", "😁"}, {"grinning", "😀"},
    {"green_heart", "💚"}, {"hammer", "🔨"}, {"handshake", "🤝"},
    {"hankey", "💩"}, {"poop", "💩"}, {"hatching_chick", "🐣"},
    {"heart", "❤️"}, {"heart_eyes", "😍"}, {"heavy_check_mark", "✔️"},
    {"heavy_plus_sign", "➕"}, {"hourglass", "⌛"}, {"house", "🏠"},
    {"hugging_face", "🤗"}, {"hushed", "😯"}, {"icecream", "🍦"},
    {"information_source", "ℹ️"}, {"innocent", "😇"}, {"joy", "😂"},
    {"key", "🔑"}, {"kiss", "💋"}, {"kissing_heart", "😘"}, {"laughing", "😆"},
    {"satisfied", "😆"}, {"link", "🔗"}, {"lock", "🔒"}, {"mag", "🔍"},
    {"man-shrugging", "🤷"}, {"mask", "😷"}, {"memo", "📝"}, {"pencil", "📝"},
    {"money_with_wings", "💸"}, {"moneybag", "💰"}, {"monkey_face", "🐵"},
    {"see_no_evil", "🙈"}, {"hear_no_evil", "🙉"}, {"speak_no_evil", "🙊"},
    {"muscle", "💪"}, {"musical_note", "🎵"}, {"nerd_face", "🤓"},
    {"neutral_face", "😐"}, {"no_entry", "⛔"}, {"no_good", "🙅"},
    {"no_mouth", "😶"}, {"ok", "🆗"}, {"ok_hand", "👌"}, {"open_mouth", "😮"},
    {"orange_heart", "🧡"}, {"package", "📦"}, {"palm_tree", "🌴"},
    {"partying_face", "🥳"}, {"party_popper", "🎉"}, {"tada", "🎉"},
    {"pensive", "😔"}, {"persevere", "😣"}, {"phone", "☎️"},
    {"telephone", "☎️"}, {"pizza", "🍕"}, {"point_down", "👇"},
    {"point_left", "👈"}, {"point_right", "👉"}, {"point_up", "☝️"},
    {"point_up_2", "👆"}, {"pray", "🙏"}, {"pushpin", "📌"}, {"question", "❓"},
    {"rabbit", "🐰"}, {"rage", "😡"}, {"rainbow", "🌈"}, {"raised_hands", "🙌"},
    {"raising_hand", "🙋"}, {"red_circle", "🔴"}, {"relaxed", "☺️"},
    {"relieved", "😌"}, {"ring", "💍"}, {"robot_face", "🤖"}, {"rocket", "🚀"},
    {"rolling_on_the_floor_laughing", "🤣"}, {"rose", "🌹"},
    {"rotating_light", "🚨"}, {"runner", "🏃"}, {"running", "🏃"}, {"scream", "😱"},
    {"shrug", "🤷"}, {"simple_smile", "🙂"},
    {"slightly_smiling_face", "🙂"}, {"skull", "💀"}, {"sleeping", "😴"},
    {"sleepy", "😪"}, {"slightly_frowning_face", "🙁"}, {"smile", "😄"},
    {"smiley", "😃"}, {"smiling_imp", "😈"}, {"smirk", "😏"}, {"snail", "🐌"},
    {"snowflake", "❄️"}, {"snowman", "⛄"}, {"sob", "😭"}, {"soccer", "⚽"},
    {"sparkles", "✨"}, {"sparkling_heart", "💖"}, {"star", "⭐"},
    {"star-struck", "🤩"}, {"star2", "🌟"}, {"stuck_out_tongue", "😛"},
    {"stuck_out_tongue_winking_eye", "😜"}, {"sun_with_face", "🌞"},
    {"sunglasses", "😎"}, {"sunny", "☀️"}, {"sweat", "😓"},
    {"sweat_smile", "😅"}, {"taco", "🌮"}, {"thinking_face", "🤔"},
    {"thought_balloon", "💭"}, {"tired_face", "😫"}, {"trophy", "🏆"},
    {"turtle", "🐢"}, {"two_hearts", "💕"}, {"umbrella", "☔"}, {"unamused", "😒"},
    {"upside_down_face", "🙃"}, {"v", "✌️"}, {"warning", "⚠️"},
    {"watch", "⌚"}, {"wave", "👋"}, {"weary", "😩"}, {"white_check_mark", "✅"},
    {"wink", "😉"}, {"woman-shrugging", "🤷"}, {"worried", "😟"},
    {"wrench", "🔧"}, {"writing_hand", "✍️"}, {"x", "❌"},
    {"yellow_heart", "💛"}, {"yum", "😋"}, {"zany_face", "🤪"}, {"zap", "⚡"},
    {"zipper_mouth_face", "🤐"}, {"zzz", "💤"}};

struct span
slack_emoji(struct span name)
{
    struct span plain = span_cut(&name, ':'); /* "wave::skin-tone-2" */

    for (size_t i = 0; i < sizeof(emoji) / sizeof(emoji[0]); i++)
        if (span_eqz(plain, emoji[i].name))
            return span_of(emoji[i].emoji);
    return (struct span){NULL, 0};
}
