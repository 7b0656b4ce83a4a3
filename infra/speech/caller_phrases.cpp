#include "infra/speech/caller_phrases.hpp"

namespace trunkline {

namespace {

constexpr phrase_rule rules[] = {
    // An utterance is one of these acts, with small talk around it. Optional parts make fragments
    // valid too: voice activity cuts a sentence wherever the caller breathes.
    {"utterance", R"([<lead>] (/5/ <booking> | /4/ <booking> <when> | /1/ <booking> for <name> |
       /8/ <suggest> <when> | /6/ <when> | /5/ <when> <works> | /3/ <service_answer> |
       /2/ <service_answer> <when> | /1/ <name_answer> | /6/ <yes_no> | /3/ <manage> |
       /2/ <manage> <when> | /1/ <manage> to <when> | /3/ <person> | /4/ <message> | /2/
       <goodbye> |
       /2/ <urgent> | /4/ <faq> | /2/ <extra> | /2/ <digits_answer> | /1/ <small_talk>)
       [<tail>])"},
    // What answers each kind of question; the rest of what may be said is added to it.
    {"answer_service", R"([<lead>] (/4/ <service_answer> | <service_answer> <when> | <booking> |
       <booking> <when>) [<tail>])"},
    {"answer_when", R"([<lead>] (/5/ <when> | /4/ <suggest> <when> | /2/ <when> <works> |
       <no> <suggest> <when>) [<tail>])"},
    {"answer_name", R"([<lead>] <name_answer> [<tail>])"},
    {"answer_yes_no", R"([<lead>] (/12/ <yes> | /5/ <no> | /2/ [no] <suggest> <when> | /2/ [no]
       <when> | [no] <service_answer> | [no] <name_answer> | <manage>) [<tail>])"},
    {"answer_more", R"([<lead>] (/5/ <no> | /5/ <goodbye> | /2/ no <goodbye> | <booking> | <faq> |
       <manage> | <message> | <yes>) [<tail>])"},
    {"answer_message", R"([<lead>] (/6/ <news> | /6/ <message> | <name_answer>) [<tail>])"},
    {"lead",
     R"(hi | hello | hey | okay | um | uh | well | so | oh | yes | yeah | no | sure | sorry |
       actually | good morning | good afternoon | hi there | no sorry | oh sorry | yes please |
       hello there | oh yes | um yes | okay so | no wait | and)"},
    {"tail", R"(please | thanks | thank you | if possible | if you can | if that is okay | for me
       |
       then | i think | i guess | if that works)"},

    {"want", R"(i would like to | i'd like to | i want to | i need to | can i | could i | may i |
       i was hoping to | i am calling to | i'm calling to | i wanted to | i have to | is it
       possible to |
       i was wondering if i could | i'd love to | i am trying to | i'm trying to | let me |
       i am looking to | i'm looking to | can you help me | would it be possible to)"},
    {"could_you", R"(can you | could you | would you | will you | please | can you please |
       could you please | i need you to | i'd like you to)"},

    // Booking.
    {"get", R"(book | schedule | make | set up | get | arrange | reserve | have | come in for)"},
    {"visit", R"(an appointment | appointment | a visit | a time | a slot | an appointment time |
       a new appointment | another appointment | the next appointment | an opening)"},
    {"a_service", R"([a | an | the | my | some] <service> [appointment | visit])"},
    {"thing", R"(/3/ <visit> | /4/ <a_service> | <visit> for <a_service>)"},
    {"booking", R"((/8/ <want> <get> <thing> | /2/ <get> <thing> | <want> come in |
       <want> see <staff> | /2/ i need <thing> | /2/ i'd like <thing> | /2/ i would like <thing> |
       i want <thing> | do you have (any appointments | any openings | anything | an opening |
       a slot | any time | something available | anything available | anything open) |
       are there any (openings | appointments | slots) | <could_you> (fit me in | get me in | see
       me |
       squeeze me in | book me in | put me down | schedule me | book me | sign me up) |
       i am due for <a_service> | i'm due for <a_service> | it is time for my <service> |
       it's time for my <service> | i'm calling (about | for) <thing> | i am calling (about |
       for) <thing> |
       when (can i | could i) (come in | get in | see <staff>) |
       when is (your | the) next (available appointment | opening | available time))
       [for <a_service>] [with <staff>])"},
    {"service_answer", R"([i need | i'd like | i want | i would like | it is for | it's for |
       it would be | just | for | make it | i said | i meant | could we make it | can we make it |
       i think | rather | not a <service>] <a_service> [please | instead | i think | then])"},

    // Days and times.
    {"weekday", R"(monday | tuesday | wednesday | thursday | friday | saturday | sunday)"},
    {"month", R"(january | february | march | april | may | june | july | august | september |
       october | november | december)"},
    {"ordinal", R"(first | second | third | fourth | fifth | sixth | seventh | eighth | ninth |
       tenth | eleventh | twelfth | thirteenth | fourteenth | fifteenth | sixteenth | seventeenth
       |
       eighteenth | nineteenth | twentieth | twenty (first | second | third | fourth | fifth |
       sixth |
       seventh | eighth | ninth) | thirtieth | thirty first)"},
    {"hour", R"(one | two | three | four | five | six | seven | eight | nine | ten | eleven |
       twelve)"},
    {"minute",
     R"(/4/ thirty | /3/ fifteen | /3/ forty five | ten | twenty | forty | fifty | oh five)"},
    {"half_day", R"(a m | p m | in the morning | in the afternoon | in the evening)"},
    {"clock",
     R"(/12/ (/2/ <hour> | /3/ <hour> <minute> | /2/ <hour> o'clock | half past <hour> | quarter
       past <hour> |
       quarter to <hour> | a quarter to <hour> | a quarter past <hour>) [<half_day>] | noon |
       /2/ [the | early | late] (morning | afternoon | evening) |
       /2/ in the [early | late] (morning | afternoon | evening) | first thing | lunch time |
       first thing in the morning | any time | anytime | as early as possible | midday |
       as soon as possible | after lunch | the end of the day)"},
    {"clock_part", R"([at | around | about | after | before | by | like | say | maybe] <clock>)"},
    {"date", R"(/14/ [this | next | the next | the coming] <weekday> |
       /2/ <weekday> the <ordinal> | /3/ <month> [the] <ordinal> | /3/ the <ordinal> [of <month>]
       |
       <weekday> <month> [the] <ordinal> | /4/ tomorrow | /1/ today | the day after tomorrow |
       this week | next week | later this week | early next week | <weekday> next week |
       next week on <weekday> | a week from <weekday> | a week from today | in a week |
       in two weeks | in three weeks | in a few days | the week after | next month)"},
    {"date_part", R"([on | for] <date>)"},
    {"when", R"(/4/ <date_part> [<clock_part>] | /2/ <clock_part> [<date_part>])"},
    {"suggest", R"(how about | what about | maybe | let's do | let's say | could we do | can we
       do |
       can you do | i'd like | i'd prefer | i would prefer | i can do | i could do | i'm free |
       i am free | i can come | i could come | make it | let's try | do you have | do you have
       anything |
       is there anything | i said | i meant | i'll take | i will take | i'd rather | i would
       rather |
       i would like | let's make it | let's go with | could i come | can i come | would | is |
       are you open | not <weekday> | the earlier one | it has to be | any chance of |
       what do you have | do you have something | anything | can we make it | could we make it)"},
    {"works",
     R"(works | would work | works for me | would be great | would be good | would be best |
       would be perfect | is fine | is good | is best | works best | sounds good | is perfect |
       would be fine | if you have it | would suit me | instead | open | available | free |
       is good for me | if you have something | would be ideal)"},

    // Names and numbers.
    {"first_name", R"(anna | john | mary | james | robert | michael | david | william | richard |
       thomas | mark | paul | steven | george | kevin | brian | edward | jason | jeffrey | ryan |
       jacob | gary | nicholas | eric | jonathan | larry | justin | scott | brandon | benjamin |
       samuel | frank | gregory | raymond | patrick | jack | dennis | jerry | tyler | aaron |
       henry |
       adam | peter | kyle | ethan | walter | jeremy | patricia | jennifer | linda | elizabeth |
       barbara | susan | jessica | sarah | karen | lisa | nancy | betty | margaret | sandra |
       ashley |
       emily | kimberly | donna | michelle | carol | amanda | melissa | deborah | stephanie |
       rebecca |
       sharon | laura | cynthia | kathleen | amy | angela | shirley | emma | brenda | pamela |
       nicole |
       helen | samantha | katherine | christine | rachel | carolyn | janet | catherine | maria |
       heather | diane | olivia | julie | joyce | victoria | kelly | lauren | christina | joan |
       evelyn | judith | andrea | hannah | megan | martha | alice | julia | grace | sophia |
       charles |
       daniel | matthew | anthony | joseph | andrew | joshua | kenneth | timothy | jose | carlos |
       peggy | diana | claire | lucy | oliver | max | leo | tom | mike | steve | kate | jane)"},
    {"last_name", R"(smith | johnson | williams | brown | jones | garcia | miller | davis |
       rodriguez | martinez | hernandez | lopez | gonzalez | wilson | anderson | thomas | taylor |
       moore | jackson | martin | lee | perez | thompson | white | harris | sanchez | clark |
       ramirez |
       lewis | robinson | walker | young | allen | king | wright | scott | torres | nguyen | hill
       |
       flores | green | adams | nelson | baker | hall | rivera | campbell | mitchell | carter |
       roberts | gomez | phillips | evans | turner | diaz | parker | cruz | edwards | collins |
       reyes |
       stewart | morris | morales | murphy | cook | rogers | morgan | peterson | cooper | reed |
       bailey | bell | kelly | howard | ward | cox | richardson | wood | watson | brooks |
       bennett |
       gray | james | hughes | price | myers | long | foster | sanders | ross | powell | sullivan
       |
       russell | jenkins | perry | butler | barnes | fisher | carson | jordan | patterson |
       reynolds)"},
    {"name", R"(/8/ <first_name> <last_name> | <first_name>)"},
    {"name_answer",
     R"([my name is | the name is | name is | my name's | this is | it's | it is | i'm |
       i am | it's under | the name's | for | under | put it under | call me | under the name of |
       it is for | it's for | you can put] (/6/ <name> | (mister | missus | miss) <last_name>)
       [speaking | here])"},
    {"digit", R"(zero | oh | one | two | three | four | five | six | seven | eight | nine)"},
    {"digits_answer", R"([my number is | the number is | it's | you can reach me at | call me at |
       my phone number is | the phone number is | that is] [area code] <digit> <digit> <digit>
       [<digit>+])"},

    // Yes, no, and keeping the conversation going.
    {"yes",
     R"(/8/ yes | /3/ yeah | yep | yup | sure | correct | right | okay | absolutely | definitely |
       of course | exactly | perfect | that's right | that is right | that's correct | sounds
       good |
       that is correct | yes that's right | yes that is correct | yes please | that works |
       that's fine | that is fine | yes that works | that sounds good | sounds great | go ahead |
       please do | book it | yes book it | yes it is | i do | i would | that would be great |
       that's perfect | all good | looks good | that works for me | yes i am | that's good |
       yes that is right | please book it | yes go ahead | all correct | everything is correct |
       you got it | great | good)"},
    {"no",
     R"(/6/ no | nope | no thanks | no thank you | not really | no that's wrong | that's wrong |
       that is wrong | that's not right | that is not right | that's not correct | not quite |
       no it's not | no that's not right | i don't think so | never mind | not that one |
       no that doesn't work | that doesn't work | i can't make that | that doesn't work for me |
       i'd rather not | neither | none of those | something else | wrong)"},
    {"yes_no", R"(/3/ <yes> | /2/ <no>)"},
    {"small_talk", R"(hold on | one moment | one second | just a moment | just a second | wait |
       let me check | let me think | hang on | can you repeat that | could you repeat that |
       repeat that | say that again | say it again | what did you say | what was that | pardon |
       pardon me | i didn't hear you | i did not catch that | come again | i don't know | i'm not
       sure |
       i am not sure | how are you | can you hear me | are you there | are you a robot |
       am i talking to a person | sorry what | excuse me | i don't understand | start over |
       can we start over | stop | help | what can you do | who is this)"},
    {"goodbye", R"(bye | goodbye | bye bye | that's all | that is all | that's it | that is it |
       that will be all | nothing else | no that's all | no that is all | that's everything |
       thank you | thanks | thanks a lot | thank you very much | thank you so much | thank you
       goodbye |
       thanks bye | have a nice day | have a good day | see you then | see you | talk to you
       later |
       no that's it | i am all set | i'm all set | i'm good | i am good | no nothing else |
       that's all i needed | that was all | thank you bye | no i'm good)"},

    // Changing what was booked.
    {"my_booking", R"((my | the | an | that | a) [<service> | existing | next | upcoming]
       (appointment | visit | booking) | my <service> | it)"},
    {"manage", R"((/4/ <want> | <could_you> | please | i have to | i'll have to | i need help to)
       (cancel | reschedule | move | change | postpone | push back | call off | drop) <my_booking>
       [with <staff>] |
       (cancel | reschedule | move | change) <my_booking> |
       i can't make (it | my appointment) | i cannot make (it | my appointment) |
       i won't be able to (make it | come) | i can't come |
       i have (an | a <service>) appointment | something came up |
       i need (another | a different) (day | time) | (another | a different) (day | time) |
       <want> check my appointment | when is my appointment | what time is my appointment |
       i need a cancellation | i want to come (earlier | later) | do i have an appointment)"},

    // People and messages.
    {"person", R"((<want> | i'd like to | let me) (speak | talk) (to | with)
       (someone | somebody | a person | a human | a real person | an agent | a representative |
       the manager | the office | /4/ <staff> | someone in <staff>) |
       (<could_you>) (transfer | connect | put | send) me [through] to (someone | a person | the
       office |
       /3/ <staff>) | is <staff> (there | available | in | around | in today) |
       get me <staff> | <staff> | i need (a person | a human | to talk to someone | <staff>) |
       a person | operator | representative | a real person | a human being)"},
    {"news", R"(i am running late | i'm running late | i'll be late | i will be late |
       i will be ten minutes late | i'll be (ten | fifteen | twenty) minutes late |
       i have a question about my bill | i have a question | i have a question about my treatment
       |
       i called | i need to talk about my bill | i have a problem with my bill | i need a refill |
       i need my records | i need a copy of my records | i need a copy of my bill | i need a
       receipt |
       my tooth hurts | my tooth still hurts | i have a toothache | i lost a filling |
       my filling fell out | my crown fell out | my crown came off | i broke a tooth | i chipped
       a tooth |
       my gums are bleeding | my gums hurt | i lost my retainer | i got the wrong bill |
       my insurance changed | i have new insurance | i changed my address | i moved |
       i got a new phone number | i got a letter | i need a prescription | i am in pain |
       i'm in pain | i am still in pain | i left my (jacket | bag | phone | umbrella) there |
       the medicine is not working | the medication is not working | thank you for everything |
       i would like my results | it's about my bill | it is about my bill | it's about my
       insurance |
       it is about my treatment | it's personal | i was charged twice | i already paid |
       i paid my bill | my x rays are ready | i want to talk about my treatment plan)"},
    {"message", R"((<want> leave | <could_you> take | take | leave) a message [for <staff>] |
       (<could_you> (tell | let | inform) <staff> [know] | tell <staff> | let <staff> know)
       [that] (/5/ <news> | to call me back | to call me | i called) |
       <could_you> (have | ask) <staff> [to] (call me back | call me | give me a call) |
       have <staff> call me [back] | ask <staff> to call me [back] | have someone call me back |
       /5/ [that | the message is | just say | please say | say] <news> | please call me back |
       (for | to | it is for | it's for) <staff> | the message is for <staff> |
       this number is fine | the number i am calling from | use this number | this number |
       you can call me back (at | on) this number | call me back at this number)"},

    // What else English is made of: lets the trigram get past words that no rule foresaw.
    {"common",
     R"(the | of | to | and | in | is | it | you | that | he | was | for | on | are | with |
       they | at | be | this | from | have | or | by | not | but | what | all | were | when | we
       | there |
       can | your | said | says | if | do | will | about | how | up | out | them | then | she |
       some | so |
       would | into | has | more | her | like | him | see | could | make | than | been | who |
       now | my |
       did | down | only | way | after | just | where | know | me | say | told | think | thinking
       |
       thought | want | wants | get | got | go | going | come | take | put | keep | give | tell |
       ask |
       work | day | off | free | better | because | why | again | also | really | any | every |
       something |
       am | i | a | one | our | should | must | had | does | before | over | always | never |
       still)"},

    {"who", R"(my (son | daughter | husband | wife | mother | father | child | friend | baby) |
       he | she | someone | somebody)"},
    {"urgent",
     R"(i can't breathe | i cannot breathe | <who> can't breathe | <who> is not breathing |
       <who> (isn't | stopped) breathing | i am having trouble breathing | i'm having trouble
       breathing |
       i have trouble breathing | it's hard to breathe | i can hardly breathe | i have chest pain
       |
       i have chest pains | i'm having chest pain | my chest hurts | <who> has chest pain |
       i am bleeding [a lot | heavily | badly] | i'm bleeding [a lot | heavily | badly] |
       the bleeding (won't | will not | doesn't) stop | it won't stop bleeding | it keeps
       bleeding |
       my mouth won't stop bleeding | <who> is bleeding [a lot | heavily | badly] |
       i can't stop the bleeding | there is a lot of blood | <who> is unconscious | <who> passed
       out |
       <who> fainted | <who> collapsed | <who> (took | had) an overdose | i took an overdose |
       i took too many pills | <who> took too many pills | i want to kill myself | i want to die |
       i am suicidal | i'm having a heart attack | <who> is having a heart attack |
       <who> is having a (stroke | seizure) | my face is swelling [up] | my face is swollen |
       my throat is (swelling | closing) [up] | my tongue is swelling [up] | i can't swallow |
       my tooth got knocked out | my tooth was knocked out | i knocked out (a | my) tooth |
       <who> knocked out (a | his | her) tooth | i have an allergic reaction |
       i am having an allergic reaction | it is an emergency | it's an emergency |
       this is an emergency | i have an emergency | this is a medical emergency |
       i need an ambulance | call an ambulance | send an ambulance | call nine one one |
       <urgent_extra>)"},
};

} // namespace

std::span<const phrase_rule> caller_phrases() {
  return rules;
}

} // namespace trunkline
