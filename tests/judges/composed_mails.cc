// SPDX-License-Identifier: Apache-2.0
// Prints random mails that ComposeMail made, a line of JSON each: the bytes in base64, and what was asked for.
//
// usage: composed_mails COUNT SEED
#include <sodium.h>

#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "casecomm/compose.h"

namespace {

using casecomm::ComposeRequest;

std::string Base64(const std::string& bytes) {
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();
  return text;
}

class Maker {
 public:
  explicit Maker(uint64_t seed) : random_(seed) {}

  ComposeRequest Next() {
    ComposeRequest request;
    request.from = Person();
    for (size_t n = 1 + Below(3); n > 0; --n) request.to.push_back(Person());
    for (size_t n = Below(3); n > 0; --n) request.cc.push_back(Person());
    if (Below(3) == 0) request.reply_to.push_back(Person());
    request.subject = Words(1 + Below(14));
    request.date_s = static_cast<int64_t>(Below(4'000'000'000));
    request.zone_minutes = static_cast<int32_t>(Below(1000)) - 500;
    request.message_id = Id();
    if (Below(2) == 0) request.in_reply_to.push_back(Id());
    for (size_t n = Below(9); n > 0; --n) request.references.push_back(Id());
    if (Below(4) != 0) request.text = Text();
    if (!request.text || Below(2) == 0) request.html = "<p>" + Text() + "</p>";
    for (size_t n = Below(4); n > 0; --n) {
      const bool image = request.html && Below(2) == 0;
      request.files.push_back({Words(1 + Below(5)) + (image ? ".png" : ".pdf"), image ? "image/png" : "application/pdf",
                               Bytes(Below(400)), image ? Id() : ""});
    }
    return request;
  }

 private:
  size_t Below(size_t n) { return random_() % n; }
  template <size_t kSize>
  std::string Of(const char* const (&all)[kSize]) {
    return all[Below(kSize)];
  }
  std::string Word() {
    static constexpr const char* kWords[] = {
        "lease",  "Re:",       "Größe", "漢字かな", "договор", "שלום",  "(draft)", "a,b",   "x;y",
        "O'Neil", "\"q\"",     "50%",   "[1]",      "café",    "😀",     "e.g.",    "=",     "a=b",
        "under_", "question?", "a@b",   "é",        "Straße;", "naïve", "tilde~",  "#4711", "a/b",
        "<note>", "z",         "ﬁnal",  "数量1",    "עברית;",  "100€"};
    return Of(kWords);
  }
  std::string Words(size_t count) {
    std::string text = Word();
    for (; count > 1; --count) text += ' ' + Word();
    return text;
  }
  std::string Text() {
    std::string text;
    for (size_t n = Below(12); n > 0; --n) text += Words(1 + Below(30)) + (Below(3) == 0 ? " \n" : "\r\n");
    if (Below(4) == 0) text += "From me\n.\n--\n\n";
    return text + Words(1);
  }
  std::string Bytes(size_t count) {
    std::string bytes;
    for (; count > 0; --count) bytes += static_cast<char>(random_());
    return bytes;
  }
  std::string Id() { return std::to_string(random_()) + "." + std::to_string(Below(100)) + "@in.firm.example"; }
  casecomm::NamedAddress Person() {
    static constexpr const char* kLocals[] = {"ann", "bob.hale", "q10-67g0ykz0y5kf4k-fc0ece3w7cncstkj",
                                              "x+y", "o'neil",   "a_b"};
    static constexpr const char* kDomains[] = {"firm.example", "in.firm.example", "mail.client.example", "[192.0.2.1]"};
    return {Below(3) == 0 ? "" : Words(1 + Below(4)), Of(kLocals) + "@" + Of(kDomains)};
  }

  std::mt19937_64 random_;
};

void Print(const char* key, const std::vector<casecomm::NamedAddress>& all) {
  std::printf("\"%s\": [", key);
  for (size_t i = 0; i < all.size(); ++i) std::printf("%s\"%s\"", i == 0 ? "" : ", ", Base64(all[i].address).c_str());
  std::printf("], ");
}

void Print(const char* key, const std::vector<std::string>& all) {
  std::printf("\"%s\": [", key);
  for (size_t i = 0; i < all.size(); ++i) std::printf("%s\"%s\"", i == 0 ? "" : ", ", Base64(all[i]).c_str());
  std::printf("], ");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 64;
  Maker maker(std::strtoull(argv[2], nullptr, 10));
  for (uint64_t left = std::strtoull(argv[1], nullptr, 10); left > 0; --left) {
    const ComposeRequest request = maker.Next();
    const auto mail = casecomm::ComposeMail(request);
    if (!mail.ok()) {
      std::fprintf(stderr, "composed_mails: %s\n", mail.status().ToString().c_str());
      return 1;
    }
    std::printf("{\"mail\": \"%s\", ", Base64(mail->bytes).c_str());
    Print("from", {request.from});
    Print("to", request.to);
    Print("cc", request.cc);
    Print("reply_to", request.reply_to);
    Print("in_reply_to", request.in_reply_to);
    Print("references", request.references);
    Print("message_id", std::vector<std::string>{request.message_id});
    Print("subject", std::vector<std::string>{request.subject});
    Print("text", request.text ? std::vector<std::string>{*request.text} : std::vector<std::string>());
    Print("html", request.html ? std::vector<std::string>{*request.html} : std::vector<std::string>());
    std::printf("\"files\": [");
    bool first = true;
    for (const bool image : {true, false}) {  // in the order of the mail
      for (const casecomm::ComposedFile& file : request.files) {
        if (file.content_id.empty() == image) continue;
        std::printf("%s[\"%s\", \"%s\", \"%s\"]", first ? "" : ", ", Base64(file.name).c_str(), file.media_type.c_str(),
                    Base64(file.bytes).c_str());
        first = false;
      }
    }
    std::printf("], \"date\": %lld}\n", static_cast<long long>(request.date_s));
  }
  return 0;
}
