// SPDX-License-Identifier: Apache-2.0
// block = 1*line [blank line]     line = label ":" value *fold
// A fold is indented, or belongs to an address list that goes on, or is followed by another label of the block; a value may also stand
// under its label. Where an empty line stands below the first one, one or two may stand between the others.
#include "scan/header_block.h"

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

#include "base/text.h"
#include "scan/date.h"

namespace casecomm::scan {
namespace {

enum Label : uint8_t { kFrom, kDate, kTo, kCc, kSubject, kOther, kLabels };

// What the clients write in a language, spellings parted by "|". Other: lines that may stand in a block and say nothing here.
struct Language {
  std::string_view code;
  std::array<std::string_view, kLabels> labels;
};

constexpr Language kLanguages[] = {
    {"en",
     {"From", "Sent|Date|Date sent|Sent at|Sent on", "To", "Cc|Copy|Copies to", "Subject",
      "Reply-To|Reply To|Bcc|Importance|Priority|Attachments|Attachment|Attach|Sensitivity|Flag|Categories|Sender|Sent "
      "by|"
      "Organization|Organisation|Received|References|Resent|Newsgroups|Signed by"}},
    {"de",
     {"Von|Absender", "Gesendet|Datum|Gesendet am", "An|Empfänger", "Kopie|Kopie (CC)|Kopie an", "Betreff",
      "Antwort an|Antworten an|Wichtigkeit|Priorität|Anlagen|Anlage|Anhänge|Anhang|Blindkopie|Vertraulichkeit|Signiert "
      "von"}},
    {"fr",
     {"De|Expéditeur|De la part de", "Envoyé|Date|Envoyé le|Date d'envoi|Date d’envoi|Message du",
      "À|A|Pour|Destinataire|Destinataires", "Copie|Copie à|Cc", "Objet|Sujet",
      "Répondre à|Répondre a|Importance|Priorité|Pièces jointes|Pièce jointe|Cci|Joindre"}},
    {"es",
     {"De|Remitente", "Enviado|Enviado el|Fecha|Enviado a las|Fecha de envío", "Para|Destinatario", "CC|Copia",
      "Asunto", "Responder a|Importancia|Prioridad|Datos adjuntos|Archivos adjuntos|Adjuntos|CCO"}},
    {"it",
     {"Da|Mittente", "Inviato|Data|Inviato il|Data invio", "A|Per|Destinatario", "Cc|Copia|Per conoscenza",
      "Oggetto|Ogg", "Rispondi a|Priorità|Importanza|Allegati|Allegato|Ccn"}},
    {"pt",
     {"De|Remetente", "Enviado|Enviada|Enviada em|Enviado em|Data|Data de envio", "Para|Destinatário",
      "Cc|Cópia|Com cópia|C/c", "Assunto", "Responder a|Responder para|Importância|Prioridade|Anexos|Anexo|Cco"}},
    {"nl",
     {"Van|Afzender", "Verzonden|Datum|Verzonden op", "Aan", "CC|Kopie", "Onderwerp",
      "Antwoord aan|Antwoorden aan|Beantwoorden aan|Urgentie|Prioriteit|Belang|Bijlagen|Bijlage"}},
    {"pl",
     {"Od|Nadawca", "Wysłano|Wysłane|Data|Data wysłania", "Do|Adresat|Odbiorca", "DW|Dw|Kopia|Do wiadomości", "Temat",
      "Odpowiedź-do|Odpowiedź do|Odpowiedz do|Ważność|Priorytet|Załączniki|Załącznik|UDW"}},
    {"ru",
     {"От|От кого|Отправитель", "Отправлено|Дата|Послано|Дата отправки", "Кому|Получатель", "Копия|Копии", "Тема",
      "Ответ-Кому|Ответить|Обратный адрес|Важность|Приоритет|Вложения|Вложение|Скрытая копия"}},
    {"uk",
     {"Від|Від кого|Відправник", "Надіслано|Відправлено|Дата", "Кому|До|Одержувач", "Копія|Копії", "Тема",
      "Кому відповісти|Відповідь|Важливість|Пріоритет|Вкладення"}},
    {"sv",
     {"Från|Avsändare", "Skickat|Datum|Skickades", "Till", "Kopia|Kopia till", "Ämne",
      "Svara till|Svar till|Prioritet|Bifogade filer|Bilagor|Bilaga|Hemlig kopia"}},
    {"da",
     {"Fra|Afsender", "Sendt|Dato|Afsendt", "Til", "Cc", "Emne",
      "Svar til|Besvar til|Prioritet|Vigtighed|Vedhæftede filer|Vedhæftet fil|Vedhæftning"}},
    {"nb",
     {"Fra|Avsender", "Sendt|Dato", "Til", "Kopi|Kopi til", "Emne", "Svar til|Prioritet|Viktighet|Vedlegg|Blindkopi"}},
    {"fi",
     {"Lähettäjä", "Lähetetty|Päivämäärä|Päiväys|Pvm", "Vastaanottaja|Vastaanottajat", "Kopio|Kopia", "Aihe",
      "Vastaus|Vastaa|Vastausosoite|Tärkeys|Liitteet|Liite|Piilokopio"}},
    {"cs",
     {"Od|Odesílatel", "Odesláno|Datum|Odesláno dne", "Komu|Pro|Příjemce", "Kopie", "Předmět",
      "Odpověď na|Odpovědět|Důležitost|Priorita|Přílohy|Příloha|Skrytá kopie"}},
    {"sk",
     {"Od|Odosielateľ", "Odoslané|Dátum|Poslané|Dátum odoslania", "Komu|Pre|Adresát", "Kópia", "Predmet",
      "Odpovedať-Pre|Odpovedať|Dôležitosť|Priorita|Prílohy|Príloha|Skrytá kópia"}},
    {"hu",
     {"Feladó|Küldő", "Elküldve|Küldve|Dátum|Küldés ideje", "Címzett|Címzettek",
      "Másolatot kap|Másolat|Másolatot kapja", "Tárgy",
      "Válaszcím|Fontosság|Prioritás|Mellékletek|Melléklet|Titkos másolat"}},
    {"ro",
     {"De la|Expeditor|Expeditorul|Din partea", "Trimis|Trimis la|Dată|Data", "Către|Catre|Destinatar|Destinatarul",
      "Copie", "Subiect|Subiectul", "Răspuns către|Importanță|Prioritate|Atașări|Atașamente|Fișiere atașate"}},
    {"tr",
     {"Kimden|Gönderen", "Gönderilen|Gönderildi|Tarih|Gönderme Tarihi|Gönderim Tarihi|Gönderilme Tarihi", "Kime|Alıcı",
      "Bilgi", "Konu", "Yanıt Adresi|Yanıtla|Önem|Öncelik|Ekler|Ek|Gizli"}},
    {"el",
     {"Από|Αποστολέας", "Στάλθηκε|Ημερομηνία|Εστάλη|Αποστολή", "Προς|Παραλήπτης", "Κοιν.|Κοιν|Κοινοποίηση", "Θέμα",
      "Απάντηση σε|Απάντηση προς|Σπουδαιότητα|Προτεραιότητα|Συνημμένα"}},
    {"ja",
     {"差出人|送信者|送信元", "送信日時|日時|日付|送信日|送信", "宛先|送信先|受信者", "写し|Cc", "件名|題名",
      "返信先|重要度|優先度|添付ファイル|添付"}},
    {"zh-hans",
     {"发件人|发送人|发送者", "发送时间|发送日期|日期|时间|已发送|发件日期", "收件人", "抄送|抄送人", "主题|标题",
      "答复|回复|回复至|重要性|优先级|附件|密送"}},
    {"zh-hant",
     {"寄件者|寄件人|發件人", "寄件日期|日期|傳送時間|傳送日期|已傳送|發送時間|寄件時間", "收件者|收件人", "副本|抄送",
      "主旨|主題|標題", "回覆|回覆至|重要性|優先順序|附件|密件副本"}},
    {"ko",
     {"보낸 사람|보낸사람|보낸이|발신|발신자|보내는 사람", "보낸 날짜|보낸날짜|날짜|보낸 시간|보냄|전송|일시",
      "받는 사람|받는사람|받는이|수신|수신자", "참조", "제목",
      "답장 받는 사람|회신 대상|중요도|첨부|첨부 파일|첨부파일|숨은 참조"}},
    {"ar",
     {"من|المرسل", "تاريخ الإرسال|التاريخ|تم الإرسال|أرسلت|أُرسلت|تاريخ|مرسل", "إلى|الى", "نسخة|نسخة إلى|نسخة الى",
      "الموضوع|موضوع", "الرد على|الرد إلى|الأهمية|المرفقات|نسخة مخفية"}},
    {"he",
     {"מאת|מ", "נשלח|תאריך|בתאריך", "אל|נמען", "עותק|העתק", "נושא|הנדון",
      "השב אל|השב ל|חשיבות|קבצים מצורפים|עותק מוסתר"}},
    {"vi",
     {"Từ|Người gửi", "Đã gửi|Ngày|Ngày gửi|Thời gian gửi|Gửi lúc", "Đến|Tới|Người nhận", "Đồng gửi|Cc",
      "Chủ đề|Tiêu đề", "Trả lời|Trả lời tới|Tầm quan trọng|Tệp đính kèm|Phần đính kèm"}},
    {"hr",
     {"Šalje|Od|Pošiljatelj", "Datum|Poslano", "Prima|Za|Primatelj", "Kopija", "Predmet|Naslov",
      "Odgovori na|Važnost|Privici"}},
    {"sl",
     {"Od|Pošiljatelj", "Poslano|Datum", "Za|Prejemnik", "Kp|V vednost|Kopija", "Zadeva",
      "Odgovori na|Pomembnost|Priloge"}},
    {"bg",
     {"От|Изпращач", "Изпратено|Дата", "До|Получател", "Копие|Як", "Тема|Относно",
      "Отговор до|Важност|Прикачени файлове"}},
    {"et", {"Saatja", "Saadetud|Kuupäev", "Adressaat|Kellele", "Koopia", "Teema", "Vastus|Tähtsus|Manused"}},
    {"ca",
     {"De|Remitent", "Enviat|Enviat el|Data", "Per a|A", "A/c", "Assumpte|Tema",
      "Respon a|Importància|Fitxers adjunts"}},
    {"id",
     {"Dari", "Dikirim|Tanggal|Terkirim", "Kepada|Untuk", "Tembusan|Salinan", "Subjek|Perihal", "Balas ke|Lampiran"}},
    {"th", {"จาก", "ส่ง|ส่งเมื่อ|วันที่", "ถึง", "สำเนา|สำเนาถึง", "เรื่อง|หัวเรื่อง", "ตอบกลับไปยัง|สิ่งที่แนบมา"}},
    {"lt", {"Nuo|Siuntėjas", "Išsiųsta|Data", "Kam|Gavėjas", "Kopija", "Tema", "Atsakyti|Svarba|Priedai"}},
    {"lv",
     {"Sūtītājs|Nosūtītājs", "Nosūtīts|Datums", "Kam|Adresāts", "Kopija", "Tēma|Temats",
      "Atbildēt|Svarīgums|Pielikumi"}},
};
static_assert(std::size(kLanguages) <= 64);  // their bits

constexpr size_t kMostLines = 40;
constexpr size_t kLongestLabel = 64;  // bytes up to the colon, stars and blanks with it
constexpr size_t kMostBlank = 2;      // empty lines between those of a block that has some
constexpr size_t kFoldsAhead = 4;     // lines without a label in which a value may go on before the next label
constexpr size_t kLongestLine = 4096;
constexpr size_t kWrapFrom = 60, kWrapTo = 80;  // where programs wrap lines

struct LabelRow {
  std::string folded;
  Label label;
  uint64_t languages;  // bits of kLanguages
};

template <typename Use>
void ForEachSpelling(std::string_view spellings, const Use& use) {
  while (!spellings.empty()) {
    const size_t end = std::min(spellings.find('|'), spellings.size());
    use(spellings.substr(0, end));
    spellings.remove_prefix(std::min(end + 1, spellings.size()));
  }
}

// The rows of all languages, found by the byte they begin with. Every language may write "Cc".
class LabelTable {
 public:
  LabelTable();

  bool MayBeginWith(char c) const { return Begin(c) != Begin(c, 1); }
  const LabelRow* Find(std::string_view folded) const;

 private:
  size_t Begin(char c, size_t behind = 0) const { return begins_[static_cast<unsigned char>(c) + behind]; }

  std::vector<LabelRow> rows_;  // sorted by `folded`
  std::array<size_t, 257> begins_{};
};

LabelTable::LabelTable() {
  std::vector<LabelRow> all;
  for (size_t i = 0; i < std::size(kLanguages); ++i) {
    const uint64_t bit = uint64_t{1} << i;
    for (const Label label : {kFrom, kDate, kTo, kCc, kSubject, kOther}) {
      ForEachSpelling(kLanguages[i].labels[label], [&](std::string_view spelling) {
        all.push_back({FoldLabel(spelling), label, bit});
      });
    }
    all.push_back({"cc", kCc, bit});
  }
  std::stable_sort(all.begin(), all.end(), [](const LabelRow& a, const LabelRow& b) { return a.folded < b.folded; });
  for (LabelRow& row : all) {
    if (!rows_.empty() && rows_.back().folded == row.folded) {
      rows_.back().languages |= row.languages;
    } else {
      ++begins_[static_cast<unsigned char>(row.folded.front()) + 1u];
      rows_.push_back(std::move(row));
    }
  }
  for (size_t i = 1; i < begins_.size(); ++i) begins_[i] += begins_[i - 1];
}

const LabelRow* LabelTable::Find(std::string_view folded) const {
  if (folded.empty()) return nullptr;
  const auto begin = rows_.begin() + static_cast<ptrdiff_t>(Begin(folded.front()));
  const auto end = rows_.begin() + static_cast<ptrdiff_t>(Begin(folded.front(), 1));
  const auto row =
      std::lower_bound(begin, end, folded, [](const LabelRow& r, std::string_view text) { return r.folded < text; });
  return row != end && row->folded == folded ? &*row : nullptr;
}

// Blanks, and what stands at the ends of lines without being seen: NBSP, narrow NBSP, the ideographic space, zero width
// characters, marks of direction, BOM.
constexpr std::string_view kBlanks[] = {" ",      "\t",     "\r",     "\n",     "\u00a0", "\u202f", "\u3000",
                                        "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u202a", "\u202b",
                                        "\u202c", "\u2066", "\u2067", "\u2068", "\u2069", "\ufeff"};

// The bytes that they begin and end with. Bits.
enum BlankByte : uint8_t { kBegins = 1, kEnds = 2 };
constexpr auto kBlankBytes = [] {
  std::array<uint8_t, 256> bytes{};
  for (const std::string_view blank : kBlanks) {
    bytes[static_cast<unsigned char>(blank.front())] |= kBegins;
    bytes[static_cast<unsigned char>(blank.back())] |= kEnds;
  }
  return bytes;
}();

bool IsAscii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

size_t BlankAtBegin(std::string_view text) {
  if (text.empty() || (kBlankBytes[static_cast<unsigned char>(text.front())] & kBegins) == 0) return 0;
  for (const std::string_view blank : kBlanks) {
    if (text.front() == blank.front() && text.substr(0, blank.size()) == blank) return blank.size();
  }
  return 0;
}

size_t BlankAtEnd(std::string_view text) {
  if (text.empty() || (kBlankBytes[static_cast<unsigned char>(text.back())] & kEnds) == 0) return 0;
  for (const std::string_view blank : kBlanks) {
    if (text.back() != blank.back() || text.size() < blank.size()) continue;
    if (text.substr(text.size() - blank.size()) == blank) return blank.size();
  }
  return 0;
}

std::string_view TrimBegin(std::string_view text) {
  for (size_t size; (size = BlankAtBegin(text)) != 0;) text.remove_prefix(size);
  return text;
}

bool IsAsciiText(std::string_view text) {
  return std::all_of(text.begin(), text.end(), IsAscii);
}

struct Line {
  std::string_view text;  // without LF
  size_t begin = 0, next = 0;
};

Line LineAt(std::string_view text, size_t pos) {
  const size_t end = std::min(text.find('\n', pos), text.size());
  return {text.substr(pos, end - pos), pos, std::min(end + 1, text.size())};
}

bool IsBlankLine(const Line& line) {
  return TrimBegin(line.text).empty();
}

struct Labeled {
  Label label;
  uint64_t languages;
  std::string_view value;  // blanks at both ends cut
};

// "Xxx-Yyy" as fields of mails are called: where a client shows all of them.
bool IsFieldName(std::string_view name) {
  return name.size() > 2 && name.find('-') != name.npos && name.front() != '-' && name.back() != '-' &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return c == '-' || (base::FoldAscii(c) >= 'a' && base::FoldAscii(c) <= 'z'); });
}

// The row that spells `name`, of at most kLongestLabel bytes.
const LabelRow* FindLabel(std::string_view name) {
  static const LabelTable kTable;
  if (name.size() > 1 && IsAscii(name[0]) && IsAscii(name[1])) {  // nothing composes with the first letter
    if (!kTable.MayBeginWith(base::FoldAscii(name[0]))) return nullptr;
  }
  if (!IsAsciiText(name)) return kTable.Find(FoldLabel(name));
  std::array<char, kLongestLabel> folded;
  std::transform(name.begin(), name.end(), folded.begin(), base::FoldAscii);
  return kTable.Find({folded.data(), name.size()});
}

std::optional<Labeled> ReadLabel(std::string_view line) {
  const std::string_view front = line.substr(0, kLongestLabel);
  size_t colon = front.find(':');
  size_t width = 1;
  if (const size_t wide = front.substr(0, colon).find("\uff1a"); wide != front.npos) {
    colon = wide;
    width = 3;
  }
  if (colon == front.npos) return std::nullopt;
  std::string_view name = TrimBegin(front.substr(0, colon));
  std::string_view value = line.substr(colon + width);
  size_t stars = 0;
  while (stars < name.size() && name[stars] == '*') ++stars;
  name.remove_prefix(stars);
  name = TrimBlanks(name);
  while (!name.empty() && name.back() == '*' && stars > 0) {
    name.remove_suffix(1);
    --stars;
  }
  name = TrimBlanks(name);
  if (name.empty()) return std::nullopt;
  const LabelRow* const row = FindLabel(name);
  if (row == nullptr && !IsFieldName(name)) return std::nullopt;
  value = TrimBlanks(value);
  while (stars > 0 && !value.empty() && value.front() == '*') {
    value.remove_prefix(1);
    --stars;
  }
  while (stars > 0 && !value.empty() && value.back() == '*') {
    value.remove_suffix(1);
    --stars;
  }
  value = TrimBlanks(value);
  if (row == nullptr) return Labeled{kOther, 0, value};
  return Labeled{row->label, row->languages, value};
}

bool HasAddress(std::string_view value) {
  return value.find('@') != value.npos;
}

bool ListGoesOn(std::string_view value) {
  return !value.empty() && (value.back() == ',' || value.back() == ';');
}

// Whether a program would have wrapped `line` in front of `next`.
bool LooksWrapped(std::string_view line, std::string_view next) {
  next = TrimBegin(next);
  const size_t word = std::min(next.find(' '), next.size());
  return line.size() >= kWrapFrom && line.size() <= kWrapTo && line.size() + 1 + word > kWrapTo - 8;
}

// The values and the languages of the labels that were found, one of each.
struct Found {
  std::array<std::string_view, kLabels> values{};
  std::array<uint64_t, kLabels> languages{};

  bool Has(Label label) const { return values[label].data() != nullptr; }
  void Set(const Labeled& labeled, std::string_view value) {
    values[labeled.label] = value;
    languages[labeled.label] = labeled.languages;
  }
  // Whether they make a block, which then is filled.
  bool Fill(HeaderBlock* block) const;
};

// "Wed, 16 May 2012 00:15:02 -0600", as only a Date field has it.
bool IsFieldDate(std::string_view value) {
  constexpr size_t kZone = 5;
  if (value.size() < kZone || value.size() > kLongestLabel) return false;
  const std::string_view zone = value.substr(value.size() - kZone);
  const bool offset = (zone[0] == '+' || zone[0] == '-') && zone.find_first_not_of("0123456789", 1) == zone.npos;
  return offset && std::count(value.begin(), value.end(), ':') == 2 && ParseDate(value).has_value();
}

bool Found::Fill(HeaderBlock* block) const {
  uint64_t once = 0, twice = 0;
  for (size_t i = 0; i < kOther; ++i) {
    twice |= once & languages[i];
    once |= languages[i];
  }
  const bool sent = Has(kDate) && HasAddress(values[kTo]) && IsFieldDate(values[kDate]);
  if (twice == 0 || !(Has(kFrom) || (Has(kSubject) && Has(kDate)) || sent)) return false;
  if (!Has(kSubject) && !HasAddress(values[kFrom]) && !HasAddress(values[kTo]) && !HasAddress(values[kCc]))
    return false;

  int best = 0;
  for (size_t i = 0; i < std::size(kLanguages); ++i) {
    const int count = static_cast<int>(
        std::count_if(languages.begin(), languages.end() - 1, [&](uint64_t bits) { return (bits >> i & 1) != 0; }));
    if (count <= best) continue;
    best = count;
    block->language = kLanguages[i].code;
  }
  // Gmail writes the author's label in the language of the sender, and the others in English.
  if (const uint64_t own = languages[kFrom]; std::has_single_bit(own) && (once & own) == own) {
    if (block->language == kLanguages[0].code) block->language = kLanguages[std::countr_zero(own)].code;
  }
  block->from = values[kFrom];
  block->to = values[kTo];
  block->cc = values[kCc];
  block->date = values[kDate];
  block->subject = values[kSubject];
  return true;
}

class BlockReader {
 public:
  BlockReader(std::string_view text, size_t pos) : text_(text), pos_(pos) { block_.begin = pos; }

  // `first` is the label of its first line.
  std::optional<HeaderBlock> Read(const Line& first_line, const Labeled& first);

 private:
  bool More() const { return pos_ < text_.size() && lines_ < kMostLines; }
  size_t OffsetOf(std::string_view piece) const { return static_cast<size_t>(piece.data() - text_.data()); }
  void TakeLine(const Line& line) {
    pos_ = line.next;
    ++lines_;
  }
  // The label at the begin of a line, if it may go on with the block.
  std::optional<Labeled> Next(const Line& line) const;
  void Take(const Line& line, const Labeled& labeled);
  std::string_view WithFolds(const Labeled& labeled, std::string_view last);
  bool IsFold(Label label, std::string_view value, std::string_view last, const Line& line) const;
  bool LabelAhead(const Line& line) const;

  const std::string_view text_;
  size_t pos_;
  size_t lines_ = 0;
  HeaderBlock block_;
  Found found_;
  bool spaced_ = false;   // an empty line stands between any two lines
  bool stacked_ = false;  // values stand under their labels
};

std::optional<Labeled> BlockReader::Next(const Line& line) const {
  std::optional<Labeled> labeled = ReadLabel(line.text);
  if (!labeled || (labeled->label != kOther && found_.Has(labeled->label))) return std::nullopt;
  return labeled;
}

bool BlockReader::LabelAhead(const Line& line) const {
  size_t pos = line.next;
  for (size_t i = 0; i < kFoldsAhead && pos < text_.size(); ++i) {
    const Line ahead = LineAt(text_, pos);
    if (IsBlankLine(ahead)) return false;
    if (Next(ahead)) return true;
    pos = ahead.next;
  }
  return false;
}

bool BlockReader::IsFold(Label label, std::string_view value, std::string_view last, const Line& line) const {
  if (value.empty() && stacked_) return true;
  if (line.text.front() == ' ' || line.text.front() == '\t') return true;
  if (label != kSubject && label != kDate) {
    if (line.text.front() == '<' || line.text.front() == '[') return true;
    if (ListGoesOn(last)) return true;
    if (!HasAddress(value) && HasAddress(line.text) && line.text.find(' ') == line.text.npos) return true;
  }
  if (LabelAhead(line)) return true;
  if (label != kSubject || !LooksWrapped(last, line.text)) return false;
  return line.next == text_.size() || IsBlankLine(LineAt(text_, line.next));
}

std::string_view BlockReader::WithFolds(const Labeled& labeled, std::string_view last) {
  std::string_view value = labeled.value;
  while (More()) {
    const Line line = LineAt(text_, pos_);
    if (IsBlankLine(line) || ReadLabel(line.text) || !IsFold(labeled.label, value, last, line)) break;
    last = TrimBlanks(line.text);
    value = value.empty() ? last : text_.substr(OffsetOf(value), OffsetOf(last) + last.size() - OffsetOf(value));
    TakeLine(line);
  }
  return value;
}

void BlockReader::Take(const Line& line, const Labeled& labeled) {
  if (lines_ == 0) stacked_ = labeled.value.empty();
  TakeLine(line);
  found_.Set(labeled, labeled.value);  // what is ahead is no second one
  found_.Set(labeled, WithFolds(labeled, line.text));
}

std::optional<HeaderBlock> BlockReader::Read(const Line& first_line, const Labeled& first) {
  Take(first_line, first);
  if (More()) {
    const Line gap = LineAt(text_, pos_);
    spaced_ = IsBlankLine(gap) && gap.next < text_.size() && Next(LineAt(text_, gap.next));
  }
  while (More()) {
    Line line = LineAt(text_, pos_);
    for (size_t i = 0; spaced_ && i < kMostBlank && IsBlankLine(line) && line.next < text_.size(); ++i) {
      line = LineAt(text_, line.next);
    }
    const std::optional<Labeled> labeled = Next(line);
    if (!labeled) break;
    Take(line, *labeled);
  }
  if (pos_ < text_.size()) {
    const Line blank = LineAt(text_, pos_);
    if (IsBlankLine(blank)) pos_ = blank.next;
  }
  block_.end = pos_;
  if (!found_.Fill(&block_)) return std::nullopt;
  return block_;
}

// The label at the end of `text` that one of `languages` spells so, letter by letter. Where a letter stands in front of it
// only the end of an address parts them, or the label is long enough to be seen.
std::optional<Labeled> LabelAtEnd(std::string_view text, uint64_t languages, size_t* size) {
  constexpr size_t kClear = 4;
  *size = 0;
  std::optional<Labeled> found;
  for (size_t i = 0; i < std::size(kLanguages); ++i) {
    if ((languages >> i & 1) == 0) continue;
    const auto look = [&](Label label, std::string_view spelling) {
      if (spelling.size() < *size || spelling.size() >= text.size()) return;
      if (text.substr(text.size() - spelling.size()) != spelling) return;
      const char before = text[text.size() - spelling.size() - 1];
      if (spelling.size() < kClear && before != '>' && before != ' ') return;
      const uint64_t others = spelling.size() == *size ? found->languages : 0;
      *size = spelling.size();
      found = Labeled{label, others | uint64_t{1} << i, {}};
    };
    for (const Label label : {kFrom, kDate, kTo, kCc, kSubject}) {
      ForEachSpelling(kLanguages[i].labels[label], [&](std::string_view spelling) { look(label, spelling); });
    }
    look(kCc, "Cc");
    look(kCc, "CC");
  }
  return found;
}

}  // namespace

std::string_view TrimAnyBlanks(std::string_view text) {
  text = TrimBegin(text);
  for (size_t size; (size = BlankAtEnd(text)) != 0;) text.remove_suffix(size);
  return text;
}

std::string FoldLabel(std::string_view text) {
  if (IsAsciiText(text)) return base::LowerAscii(text);
  UErrorCode error = U_ZERO_ERROR;
  const UNormalizer2* const fold = unorm2_getNFKCCasefoldInstance(&error);
  if (U_FAILURE(error) || text.size() > 4 * kLongestLine) return {};
  std::vector<UChar> wide(text.size()), folded(4 * text.size() + 8);
  int32_t size = 0;
  u_strFromUTF8(wide.data(), static_cast<int32_t>(wide.size()), &size, text.data(), static_cast<int32_t>(text.size()),
                &error);
  const int32_t folded_size =
      unorm2_normalize(fold, wide.data(), size, folded.data(), static_cast<int32_t>(folded.size()), &error);
  if (U_FAILURE(error)) return {};
  std::string out(3 * static_cast<size_t>(folded_size), '\0');
  u_strToUTF8(out.data(), static_cast<int32_t>(out.size()), &size, folded.data(), folded_size, &error);
  if (U_FAILURE(error)) return {};
  out.resize(static_cast<size_t>(size));
  constexpr std::string_view kDotAbove = "\u0307";  // what is left of the Turkish capital
  for (size_t at = out.find(kDotAbove); at != out.npos; at = out.find(kDotAbove, at)) out.erase(at, kDotAbove.size());
  return out;
}

std::optional<HeaderBlock> ReadHeaderBlock(std::string_view text, size_t pos) {
  if (pos >= text.size()) return std::nullopt;
  const Line line = LineAt(text, pos);
  const std::optional<Labeled> first = ReadLabel(line.text);
  if (!first || first->label == kOther) return std::nullopt;
  return BlockReader(text, pos).Read(line, *first);
}

std::optional<HeaderBlock> ReadHeaderLine(std::string_view text, size_t pos) {
  if (pos >= text.size()) return std::nullopt;
  const Line line = LineAt(text, pos);
  const std::string_view all = line.text.substr(0, kLongestLine);
  const std::optional<Labeled> first = ReadLabel(all);
  if (!first || first->label == kOther) return std::nullopt;
  constexpr uint64_t kEnglish = 1;
  Found found;
  Labeled open = *first;
  size_t value = static_cast<size_t>(first->value.data() - all.data());
  for (size_t colon = all.find(':', value); colon != all.npos && open.label != kSubject;
       colon = all.find(':', colon + 1)) {
    const std::string_view before = TrimBlanks(all.substr(value, colon - value));
    size_t size = 0;
    const std::optional<Labeled> label = LabelAtEnd(before, first->languages | kEnglish, &size);
    if (!label || found.Has(label->label) || label->label == open.label) continue;
    found.Set(open, TrimBlanks(before.substr(0, before.size() - size)));
    open = *label;
    value = colon + 1;
  }
  found.Set(open, TrimBlanks(all.substr(value)));
  HeaderBlock block;
  block.begin = pos;
  block.end = line.next;
  if (!found.Fill(&block)) return std::nullopt;
  return block;
}

}  // namespace casecomm::scan