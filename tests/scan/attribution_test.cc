// SPDX-License-Identifier: Apache-2.0
#include "scan/attribution.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/scan/fixtures.h"

namespace casecomm::scan {
namespace {

std::vector<std::string_view> CutLines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

struct Line {
  const char* language;
  const char* client;
  const char* text;
};

// What the clients write, word by word; their names are in one place of the line, the date in another.
constexpr Line kFull[] = {
    {"en", "gmail", "On Mon, Apr 3, 2023 at 10:15 AM Anna Lee <anna@x.example> wrote:"},
    {"en", "gmail wrapped", "On Mon, Apr 3, 2023 at 10:15 AM Anna Margarethe Leelanau-Hope <\nanna@x.example> wrote:"},
    {"en", "gmail over three",
     "On Mon, Apr 3, 2023 at 10:15 AM Anna Margarethe Leelanau-Hope\n<anna@x.example>\nwrote:"},
    {"en", "apple", "On 3 Apr 2023, at 10:15, Anna Lee <anna@x.example> wrote:"},
    {"en", "apple us", "On Apr 3, 2023, at 10:15\u202fAM, Anna Lee <anna@x.example> wrote:"},
    {"en", "yahoo", "On Monday, April 3, 2023 at 10:15:12 AM GMT+2, Anna Lee <anna@x.example> wrote: "},
    {"en", "proton", "On Monday, April 3rd, 2023 at 10:15 AM, Anna Lee <anna@x.example> wrote:"},
    {"en", "k-9", "On 3 April 2023 10:15:12 CEST, Anna Lee <anna@x.example> wrote:"},
    {"en", "zoho", "---- On Mon, 03 Apr 2023 10:15:12 +0200 Anna Lee <anna@x.example> wrote ---"},
    {"en", "outlook mac", "On 4/3/23, 10:15 AM, \"Anna Lee\" <anna@x.example> wrote:"},
    {"en", "zimbra", "----- On Apr 3, 2023, at 10:15 AM, Anna Lee anna@x.example wrote:"},
    {"en", "aol", "In a message dated 4/3/2023 10:15:12 A.M. Eastern Daylight Time, anna@x.example writes:"},
    {"en", "netease", "At 2023-04-03 10:15:12, \"Anna Lee\" <anna@x.example> wrote:"},
    {"de", "gmail", "Am Mo., 3. Apr. 2023 um 10:15 Uhr schrieb Anna Lee <anna@x.example>:"},
    {"de", "gmail wrapped", "Am Mo., 3. Apr. 2023 um 10:15 Uhr schrieb Anna Margarethe Leelanau <\nanna@x.example>:"},
    {"de", "apple", "Am 03.04.2023 um 10:15 schrieb Anna Lee <anna@x.example>:"},
    {"de", "yahoo", "Am Montag, 3. April 2023 um 10:15:12 MESZ hat Anna Lee <anna@x.example> Folgendes geschrieben: "},
    {"de", "proton", "Am Montag, den 3. April 2023 um 10:15, schrieb Anna Lee <anna@x.example>:"},
    {"fr", "gmail", "Le lun. 3 avr. 2023 à 10:15, Anna Lee <anna@x.example> a écrit :"},
    {"fr", "apple", "Le 3 avr. 2023 à 10:15, Anna Lee <anna@x.example> a écrit\u00a0:"},
    {"fr", "yahoo", "Le lundi 3 avril 2023 à 10:15:12 UTC+2, Anna Lee <anna@x.example> a écrit : "},
    {"es", "gmail", "El lun, 3 abr 2023 a las 10:15, Anna Lee (<anna@x.example>) escribió:"},
    {"es", "apple", "El 3 abr 2023, a las 10:15, Anna Lee <anna@x.example> escribió:"},
    {"es", "yahoo", "El lunes, 3 de abril de 2023, 10:15:12 CEST, Anna Lee <anna@x.example> escribió:"},
    {"it", "gmail", "Il giorno lun 3 apr 2023 alle ore 10:15 Anna Lee <anna@x.example> ha scritto:"},
    {"it", "apple", "Il giorno 3 apr 2023, alle ore 10:15, Anna Lee <anna@x.example> ha scritto:"},
    {"it", "yahoo", "Il lunedì 3 aprile 2023 alle ore 10:15:12 CEST, Anna Lee <anna@x.example> ha scritto:"},
    {"pt", "gmail", "Em seg., 3 de abr. de 2023 às 10:15, Anna Lee <anna@x.example> escreveu:"},
    {"pt", "gmail portugal", "Anna Lee <anna@x.example> escreveu no dia segunda, 3/04/2023 à(s) 10:15:"},
    {"pt", "apple", "Em 3 de abr. de 2023, à(s) 10:15, Anna Lee <anna@x.example> escreveu:"},
    {"nl", "gmail", "Op ma 3 apr 2023 om 10:15 schreef Anna Lee <anna@x.example>:"},
    {"nl", "apple", "Op 3 apr. 2023, om 10:15 heeft Anna Lee <anna@x.example> het volgende geschreven:"},
    {"pl", "gmail", "pon., 3 kwi 2023 o 10:15 Anna Lee <anna@x.example> napisał(a):"},
    {"pl", "gmail old", "W dniu 3 kwietnia 2023 10:15 użytkownik Anna Lee <anna@x.example>\nnapisał:"},
    {"pl", "outlook mac", "Dnia 3.04.2023, 10:15 „Anna Lee” <anna@x.example> napisał:"},
    {"ru", "apple", "3 апр. 2023 г., в 10:15, Anna Lee <anna@x.example> написал(а):"},
    {"ru", "gmail old", "3 апреля 2023 г., 10:15 пользователь Anna Lee <anna@x.example> написал:"},
    {"uk", "gmail", "пн, 3 квіт. 2023 р. о 10:15 Anna Lee <anna@x.example> пише:"},
    {"uk", "apple", "3 квіт. 2023 р. о 10:15 Anna Lee <anna@x.example> написав(-ла):"},
    {"sv", "gmail", "Den mån 3 apr. 2023 kl 10:15 skrev Anna Lee <anna@x.example>:"},
    {"sv", "apple", "3 apr. 2023 kl. 10:15 skrev Anna Lee <anna@x.example>:"},
    {"sv", "outlook mac", "Den 2023-04-03 10:15 skrev \"Anna Lee\" <anna@x.example> följande:"},
    {"da", "gmail", "Den man. 3. apr. 2023 kl. 10.15 skrev Anna Lee <anna@x.example>:"},
    {"da", "apple", "Den 3. apr. 2023 kl. 10.15 skrev Anna Lee <anna@x.example>:"},
    {"nb", "gmail", "man. 3. apr. 2023 kl. 10:15 skrev Anna Lee <anna@x.example>:"},
    {"nb", "apple", "3. apr. 2023 kl. 10:15 skrev Anna Lee <anna@x.example>:"},
    {"nb", "outlook mac", "Anna Lee <anna@x.example> skrev følgende den 3.4.2023, 10:15:"},
    {"fi", "gmail", "ma 3. huhtik. 2023 klo 10.15 Anna Lee (anna@x.example) kirjoitti:"},
    {"fi", "apple", "Anna Lee <anna@x.example> kirjoitti 3.4.2023 kello 10.15:"},
    {"cs", "gmail", "po 3. 4. 2023 v 10:15 odesílatel Anna Lee <anna@x.example> napsal:"},
    {"cs", "apple", "Dne 3. 4. 2023, v 10:15, Anna Lee <anna@x.example> napsal(a):"},
    {"sk", "gmail", "po 3. 4. 2023 o 10:15 Anna Lee <anna@x.example> napísal(a):"},
    {"sk", "outlook mac", "Dňa 3. 4. 2023 10:15 používateľ Anna Lee <anna@x.example> napísal:"},
    {"hu", "gmail", "Anna Lee <anna@x.example> ezt írta (időpont: 2023. ápr. 3., H, 10:15):"},
    {"hu", "apple", "2023. ápr. 3. dátummal, 10:15 időpontban Anna Lee <anna@x.example> írta:"},
    {"ro", "gmail", "lun., 3 apr. 2023 la 10:15, Anna Lee <anna@x.example> a scris:"},
    {"ro", "apple", "Pe 3 apr. 2023, la 10:15, Anna Lee <anna@x.example> a scris:"},
    {"tr", "gmail", "Anna Lee <anna@x.example>, 3 Nis 2023 Pzt, 10:15 tarihinde şunu yazdı:"},
    {"tr", "apple", "Anna Lee <anna@x.example> şunları yazdı (3 Nis 2023 10:15):"},
    {"el", "gmail", "Στις Δευ 3 Απρ 2023 στις 10:15 π.μ., ο/η Anna Lee <anna@x.example> έγραψε:"},
    {"el", "apple", "3 Απρ 2023, 10:15 π.μ., ο χρήστης «Anna Lee <anna@x.example>» έγραψε:"},
    {"ja", "apple", "2023/04/03 10:15、Anna Lee <anna@x.example>のメール:"},
    {"ja", "apple new", "2023/04/03 10:15、Anna Lee <anna@x.example>のメッセージ:"},
    {"ja", "thunderbird", "2023/04/03 10:15 に Anna Lee <anna@x.example> さんは書きました:"},
    {"zh-hans", "gmail", "Anna Lee <anna@x.example> 于2023年4月3日周一 10:15写道："},
    {"zh-hans", "apple", "2023年4月3日 10:15，Anna Lee <anna@x.example> 写道："},
    {"zh-hans", "netease", "在 2023-04-03 10:15:12，\"Anna Lee\" <anna@x.example> 写道："},
    {"zh-hant", "gmail", "Anna Lee <anna@x.example> 於 2023年4月3日 週一 上午10:15寫道："},
    {"zh-hant", "apple", "Anna Lee <anna@x.example> 於 2023年4月3日 上午10:15 寫道："},
    {"ko", "gmail", "2023년 4월 3일 (월) 오전 10:15, Anna Lee <anna@x.example>님이 작성:"},
    {"ko", "apple", "2023. 4. 3. 오전 10:15, Anna Lee <anna@x.example> 작성:"},
    {"ar", "gmail",
     "في الاثنين، 3 أبريل 2023 في 10:15 ص تمت كتابة ما يلي بواسطة \u202aAnna "
     "Lee\u202c\u200f "
     "<\u202aanna@x.example\u202c\u200f>:\u202c"},
    {"ar", "apple", "في ٣ أبريل ٢٠٢٣، الساعة ١٠:١٥ ص، كتب/كتبت Anna Lee <anna@x.example>:"},
    {"he", "gmail",
     "\u202bבתאריך יום ב׳, 3 באפר׳ 2023 ב-10:15 מאת \u202aAnna Lee\u202c\u200f "
     "<\u202aanna@x.example\u202c\u200f>:\u202c"},
    {"he", "apple", "ב-3 באפר׳ 2023, בשעה 10:15, \u200fAnna Lee <anna@x.example> כתב/ה:"},
    {"vi", "gmail", "Vào Th 2, 3 thg 4, 2023 vào lúc 10:15 Anna Lee <anna@x.example> đã viết:"},
    {"vi", "apple", "Vào 3 thg 4, 2023, lúc 10:15, Anna Lee <anna@x.example> đã viết:"},
    {"id", "gmail", "Pada tanggal Sen, 3 Apr 2023 pukul 10.15 Anna Lee <anna@x.example> menulis:"},
    {"id", "apple", "Pada 3 Apr 2023, pukul 10.15, Anna Lee <anna@x.example> menulis:"},
    {"th", "gmail", "ในวันที่ จ. 3 เม.ย. 2023 เวลา 10:15 Anna Lee <anna@x.example> เขียนว่า:"},
    {"th", "buddhist year", "เมื่อ จ. 3 เม.ย. 2566 เวลา 10:15 Anna Lee <anna@x.example> เขียนว่า:"},
    {"bg", "gmail", "На пн, 3.04.2023 г. в 10:15 Anna Lee <anna@x.example> написа:"},
    {"bg", "apple", "На 3 апр 2023, в 10:15, Anna Lee <anna@x.example> написа:"},
    {"hr", "gmail", "pon, 3. tra 2023. u 10:15 Anna Lee <anna@x.example> napisao je:"},
    {"hr", "apple", "Anna Lee <anna@x.example> je dana 3. 4. 2023. u 10:15 napisao/la:"},
    {"sr", "gmail", "пон, 3. апр 2023. у 10:15 Anna Lee <anna@x.example> је написао/ла:"},
    {"sl", "gmail", "V V pon., 3. apr. 2023 ob 10:15 je oseba Anna Lee <anna@x.example> napisala:"},
    {"lt", "gmail", "2023-04-03, pr, 10:15 Anna Lee <anna@x.example> rašė:"},
    {"lv", "gmail", "pirmd., 2023. g. 3. apr., plkst. 10:15 — lietotājs Anna Lee (<anna@x.example>) rakstīja:"},
    {"et", "gmail", "Kuupäev E, 3. aprill 2023 kell 10:15 kirjutas Anna Lee <anna@x.example>:"},
    {"ru", "gmail", "пн, 3 апр. 2023 г. в 10:15, Anna Lee <anna@x.example>:"},
    {"ru", "yandex", "03.04.2023, 10:15, \"Anna Lee\" <anna@x.example>:"},
    {"ru", "mail.ru", "Понедельник, 3 апреля 2023, 10:15 +03:00 от Anna Lee <anna@x.example>:"},
    {"cs", "apple", "3. 4. 2023 v 10:15, Anna Lee <anna@x.example>:"},
    {"ja", "gmail", "2023年4月3日(月) 10:15 Anna Lee <anna@x.example>:"},
    {"ru", "yandex, the time first", "10:15, 3 апреля 2023 г., \"Anna Lee\" <anna@x.example>:"},
    {"es", "zimbra", "lunes, 3 de abril de 2023, 10:15:12 -0400, Anna Lee <anna@x.example>:"},
    {"en", "gmail 2014", "2023-04-03 10:15 GMT+01:00 Anna Lee <anna@x.example>:"},
    {"en", "zoho without dashes", "On Mon, 03 Apr 2023 10:15:12 +0200 Anna Lee <anna@x.example> wrote"},
};

// A day and a time, and no address.
constexpr Line kDated[] = {
    {"en", "apple without address", "On Apr 3, 2012, at 4:19 PM, bob wrote:"},
    {"pl", "apple", "Wiadomość napisana przez Anna Lee <anna@x.example> w dniu 3 kwi 2023, o godz. 10:15:"},
    {"ca", "gmail", "Missatge de Anna Lee <anna@x.example> del dia dl., 3 d’abr. 2023 a les 10:15:"},
};

// As only programs write it, without an address.
constexpr Line kPrecise[] = {
    {"en", "thunderbird", "On 04/02/2012 06:26 PM, Megan One wrote:"},
    {"en", "mutt", "On Mon, Apr 03, 2023 at 10:15:12AM +0200, Anna Lee wrote:"},
    {"en", "roundcube", "On 2023-04-03 10:15, Anna Lee wrote:"},
    {"en", "evolution", "On Mon, 2023-04-03 at 10:15 +0200, Anna Lee wrote:"},
    {"en", "notes", "Anna Lee/ORG wrote on 04/03/2023 10:15:12 AM:"},
    {"en", "the bat", "Monday, April 3, 2023, 10:15:12 AM, you wrote:"},
    {"de", "thunderbird", "Am 03.04.23 um 10:15 schrieb Anna Lee:"},
    {"de", "roundcube", "Am 03.04.2023 10:15, schrieb Anna Lee:"},
    {"de", "evolution", "Am Montag, dem 03.04.2023 um 10:15 +0200 schrieb Anna Lee:"},
    {"fr", "thunderbird", "Le 03/04/2023 à 10:15, Anna Lee a écrit :"},
    {"es", "thunderbird", "El 3/4/23 a las 10:15, Anna Lee escribió:"},
    {"it", "thunderbird", "Il 03/04/23 10:15, Anna Lee ha scritto:"},
    {"pt", "thunderbird", "Em 03/04/2023 10:15, Anna Lee escreveu:"},
    {"nl", "thunderbird", "Op 03-04-2023 om 10:15 schreef Anna Lee:"},
    {"pl", "thunderbird", "W dniu 3.04.2023 o 10:15, Anna Lee pisze:"},
    {"ru", "thunderbird", "03.04.2023 10:15, Anna Lee пишет:"},
    {"uk", "thunderbird", "03.04.2023 10:15, Anna Lee пише:"},
    {"sv", "thunderbird", "Den 2023-04-03 kl. 10:15, skrev Anna Lee:"},
    {"da", "thunderbird", "Den 03.04.2023 kl. 10.15 skrev Anna Lee:"},
    {"nb", "thunderbird", "Den 03.04.2023 10:15, skrev Anna Lee:"},
    {"fi", "thunderbird", "Anna Lee kirjoitti 3.4.2023 klo 10.15:"},
    {"cs", "thunderbird", "Dne 03. 04. 23 v 10:15 Anna Lee napsal(a):"},
    {"sk", "thunderbird", "3. 4. 2023 o 10:15 Anna Lee napísal(a):"},
    {"hu", "thunderbird", "2023. 04. 03. 10:15 keltezéssel, Anna Lee írta:"},
    {"ro", "thunderbird", "În 03.04.2023 10:15, Anna Lee a scris:"},
    {"tr", "thunderbird", "3.04.2023 10:15 tarihinde Anna Lee yazdı:"},
    {"el", "thunderbird", "Στις 3/4/2023 10:15, ο Anna Lee έγραψε:"},
    {"zh-hans", "thunderbird", "在 2023/4/3 10:15, Anna Lee 写道:"},
    {"zh-hant", "thunderbird", "Anna Lee 於 2023/4/3 上午 10:15 寫道:"},
    {"ko", "thunderbird", "2023-04-03 오전 10:15에 Anna Lee 이(가) 쓴 글:"},
};

// No time, or no date at all: what is below must be a quote.
constexpr Line kNamed[] = {
    {"en", "by hand", "Anna Lee wrote:"},
    {"en", "gnus", "Anna Lee <anna@x.example> writes:"},
    {"en", "horde", "Quoting Anna Lee <anna@x.example>:"},
    {"en", "android", "---- Anna Lee wrote ----"},
    {"en", "mutt", "* Anna Lee <anna@x.example> [2023-04-03 10:15]:"},
    {"en", "by day", "On Tuesday Anna wrote:"},
    {"en", "gmail 2011", "2011/4/7 Anna Lee <anna@x.example>"},
    {"en", "list without time", "On Thursday, April 3, 2023, ann_lee via Tea Forum wrote:"},
    {"en", "list", "ann_lee via Tea Forum wrote:"},
    {"ru", "old gmail without time", "суббота, 14 марта 2015 г. пользователь etewiah написал:"},
    {"fi", "desk", "Tee.example asiakaspalvelu kirjoitti 3.4.2023 kello 10:15:"},
    {"de", "by hand", "Anna Lee schrieb:"},
    {"de", "horde", "Zitat von Anna Lee <anna@x.example>:"},
    {"fr", "by hand", "Anna Lee a écrit :"},
    {"it", "by hand", "Anna Lee ha scritto:"},
    {"es", "horde", "Citando a Anna Lee <anna@x.example>:"},
    {"pl", "by hand", "Anna Lee <anna@x.example> napisała:"},
    {"sv", "by hand", "Anna Lee skrev:"},
};

void ExpectKind(const Line& line, AttributionKind kind) {
  const std::vector<std::string_view> lines = CutLines(line.text);
  const Attribution read = ReadAttribution(lines);
  EXPECT_EQ(static_cast<int>(read.kind), static_cast<int>(kind))
      << line.language << ' ' << line.client << ": " << line.text;
  EXPECT_EQ(read.lines, lines.size()) << line.text;
}

TEST(Attribution, WithDateAndAddress) {
  for (const Line& line : kFull) ExpectKind(line, AttributionKind::kFull);
}

TEST(Attribution, WithDateAlone) {
  for (const Line& line : kDated) ExpectKind(line, AttributionKind::kDated);
}

TEST(Attribution, AsProgramsWriteIt) {
  for (const Line& line : kPrecise) ExpectKind(line, AttributionKind::kPrecise);
  for (const char* text : {"Am 03.04.2023 um 10:15 hat der Kunde uns Folgendes geschrieben:",
                           "On 4/3/2023 at 10:15 the customer of ours wrote:"}) {
    EXPECT_EQ(ReadAttribution(CutLines(text)).kind, AttributionKind::kDated) << text;
  }
}

TEST(Attribution, WhoWroteAndWhen) {
  const struct {
    const char *text, *author, *date, *language;
  } kCases[] = {
      {"On 4/3/23, 10:15 AM, \"Anna Lee\" <anna@x.example> wrote:", "\"Anna Lee\" <anna@x.example>", "4/3/23, 10:15 AM",
       ""},
      {"Am 03.04.2023 um 10:15 schrieb Anna Lee <anna@x.example>:", "Anna Lee <anna@x.example>", "03.04.2023 um 10:15",
       "de"},
      {"Op 03-04-2023 om 10:15 heeft Anna Lee <anna@x.example> geschreven:", "Anna Lee <anna@x.example>",
       "03-04-2023 om 10:15", ""},
      {"Anna Lee <anna@x.example> kirjoitti 3.4.2023 kello 10.15:", "Anna Lee <anna@x.example>", "3.4.2023 kello 10.15",
       "fi"},
      {"On 3 April 2023 10:15:12 CEST, Anna Lee <anna@x.example> wrote:", "Anna Lee <anna@x.example>",
       "3 April 2023 10:15:12 CEST", ""},
      {"\"Anna Lee\" <anna@x.example>, 3.04.2023 10:15 tarihinde şunu yazdı:", "\"Anna Lee\" <anna@x.example>",
       "3.04.2023 10:15", ""},
  };
  for (const auto& want : kCases) {
    const std::optional<AttributionParts> parts = ReadAttributionParts(CutLines(want.text));
    ASSERT_TRUE(parts) << want.text;
    EXPECT_EQ(parts->author, want.author);
    EXPECT_EQ(parts->date, want.date);
    if (*want.language != '\0') {
      EXPECT_EQ(parts->language, want.language);
    }
    EXPECT_EQ(parts->lines, 1u);
  }
  for (const char* text : {"Anna Lee <anna@x.example> wrote:", "Am 03.04.2023 um 10:15 schrieb Anna Lee:", "Hello:"}) {
    EXPECT_FALSE(ReadAttributionParts(CutLines(text))) << text;
  }
}

TEST(Attribution, WithoutTime) {
  for (const Line& line : kNamed) ExpectKind(line, AttributionKind::kNamed);
}

TEST(Attribution, TwoClientsInEachLanguage) {
  std::multiset<std::string> languages;
  for (const Line& line : kFull) languages.insert(line.language);
  for (const Line& line : kDated) languages.insert(line.language);
  for (const Line& line : kPrecise) languages.insert(line.language);
  size_t twice = 0;
  for (auto it = languages.begin(); it != languages.end(); it = languages.upper_bound(*it)) {
    twice += languages.count(*it) >= 2 ? 1 : 0;
  }
  EXPECT_GE(twice, 27u);
}

// Sentences that hold the words of an attribution.
TEST(Attribution, SentencesAreNone) {
  for (const char* text : {
           "This is what the customer wrote:",
           "Am Montag schrieb Anna mir:",
           "On your remote host you can run:",
           "As agreed with all of you in the meeting on 3 April 2023 at 10:15 Anna wrote:",
           "We met on 3 April 2023 at 10:15, and here is what we decided:",
           "Im Vertrag vom 3. April 2023 steht geschrieben:",
           "Voici ce que le client nous a écrit :",
           "Esto es lo que escribió ayer el cliente:",
           "Ecco quello che il cliente ha scritto:",
           "Het volgende heeft de klant geschreven:",
           "Hier zijn drie vragen die ik schreef:",
           "Klient wczoraj do nas napisał:",
           "Вчера клиент нам написал:",
           "客户写道：",
           "고객이 쓴 글:",
           "Asiakas eilen meille kirjoitti:",
           "On blah-blah-blah",
           "wrote:",
           ":",
           "On:",
           "Meeting on 3.4.2023 10:15 with the team of Anna at <anna@x.example>:",
           "Dates:",
           "On 3 April 2023 at 10:15 it was anna@x.example who wrote",
           "On 3 April 2023 at 10:15:12 I asked anna@x.example and nobody wrote",
           "I do not know what anna@x.example wrote",
           "Somebody in our house via many detours wrote:",
           "2023-04-03 10:15:",
           "",
       }) {
    EXPECT_EQ(ReadAttribution(CutLines(text)).kind, AttributionKind::kNone) << text;
  }
}

TEST(Attribution, LinesOfTheAuthorStayOutside) {
  for (const char* text : {
           "Hi,\nOn Tue, 2011-03-01 at 18:02 +0530, Anna Lee wrote:",
           "Thanks!\nOn Mon, Apr 3, 2023 at 10:15 AM Anna Lee <anna@x.example> wrote:",
           "On the other hand, I think that this will never do in a hundred years\n"
           "On Mon, Apr 3, 2023 at 10:15 AM Anna Lee <anna@x.example> wrote:",
           "Thanks, Bob\nAnna Lee <anna@x.example> wrote:",
           "I called you on 3 April.\nAnna Lee <anna@x.example> wrote:",
           "reply On Wed, Apr 4, 2012 at 3:59 PM, bob@example.com wrote:",
           "I am in the office again from Monday on and shall then look at all of it\nAnna wrote:",
       }) {
    EXPECT_EQ(ReadAttribution(CutLines(text)).kind, AttributionKind::kNone) << text;
  }
}

TEST(Attribution, Titles) {
  for (const char* title : {
           "-----Original Message-----",
           "----- Original Message -----",
           "-------- Original message --------",
           "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐",
           "-----Ursprüngliche Nachricht-----",
           "-------- Originalnachricht --------",
           "-----Message d'origine-----",
           "-----Message d’origine-----",
           "-------- Message original --------",
           "-----Mensaje original-----",
           "-----Messaggio originale-----",
           "-----Mensagem original-----",
           "-----Oorspronkelijk bericht-----",
           "-----Original Message-----:",
           "-----Wiadomość oryginalna-----",
           "-----Исходное сообщение-----",
           "-------- Оригінальне повідомлення --------",
           "-----Ursprungligt meddelande-----",
           "-----Oprindelig meddelelse-----",
           "-----Opprinnelig melding-----",
           "-----Alkuperäinen viesti-----",
           "-----Původní zpráva-----",
           "-----Pôvodná správa-----",
           "-----Eredeti üzenet-----",
           "-----Mesaj original-----",
           "-----Orijinal Mesaj-----",
           "-----Αρχικό μήνυμα-----",
           "-----元のメッセージ-----",
           "-----原始邮件-----",
           "------------------ 原始邮件 ------------------",
           "-----原始郵件-----",
           "-----원본 메시지-----",
           "-----الرسالة الأصلية-----",
           "-----הודעה מקורית-----",
           "-----Thư gốc-----",
           "-----Pesan Asli-----",
           "*-----Original Message-----*",
       }) {
    EXPECT_TRUE(IsOriginalTitle(title)) << title;
  }
  for (const char* title : {"Original Message", "-Original Message-", "----- Enter Feedback Below -----", "-----------",
                            "--- my original message to you ---", "", "-- Original Message", "-----Message-----"}) {
    EXPECT_FALSE(IsOriginalTitle(title)) << title;
  }
}

TEST(Attribution, BareTitles) {
  for (const char* title : {"Original Message", "Original message:", "--- Ursprüngliche Nachricht",
                            "Mensaje original:", "*Message d'origine*"}) {
    EXPECT_TRUE(IsBareTitle(title)) << title;
  }
  for (const char* title : {"The original message", "Original messages", "", "---", "Original Message was lost"}) {
    EXPECT_FALSE(IsBareTitle(title)) << title;
  }
}

TEST(Attribution, LongLinesAreNotRead) {
  const std::string name(700, 'x');
  EXPECT_EQ(ReadAttribution(CutLines("On Mon, Apr 3, 2023 at 10:15 AM " + name + " <a@b.example> wrote:")).kind,
            AttributionKind::kNone);
}

// As much as is read of one place costs a bounded time, whatever stands there.
TEST(Attribution, CostIsBounded) {
  for (const std::string_view piece : {"On ", "wrote: ", "<", "1:2 ", "a@", "-", "написал ", "写道："}) {
    std::string small, large;
    while (small.size() < 500) small += piece;
    while (large.size() < 4'000'000) large += piece;
    small += ":";
    large += ":";
    const std::vector<std::string_view> few(8, small), many(8, large);
    const auto read = [](const std::vector<std::string_view>& lines) {
      for (int i = 0; i < 100; ++i) ReadAttribution(lines);
    };
    EXPECT_TRUE(CostsAtMost(
        3, [&] { read(few); }, [&] { read(many); }))
        << piece;
  }
}

}  // namespace
}  // namespace casecomm::scan
