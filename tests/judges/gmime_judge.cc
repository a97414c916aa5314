// SPDX-License-Identifier: Apache-2.0
// How GMime reads mail. A judge in tests, linked by nothing else.
#include <gmime/gmime.h>

#include <memory>
#include <string>

#include "tests/judges/judge.h"

namespace casecomm::judge {
namespace {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <typename T>
using Ref = std::unique_ptr<T, Unref>;

std::string Text(const char* text) {
  return text == nullptr ? "" : text;
}

std::string Lower(const char* text) {
  std::string lower = Text(text);
  for (char& c : lower) c = g_ascii_tolower(c);
  return lower;
}

void Addresses(InternetAddressList* list, std::vector<std::string>* out) {
  const int count = list == nullptr ? 0 : internet_address_list_length(list);
  for (int i = 0; i < count; ++i) {
    InternetAddress* const address = internet_address_list_get_address(list, i);
    if (INTERNET_ADDRESS_IS_GROUP(address)) {
      Addresses(internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address)), out);
    } else {
      out->push_back(Text(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address))));
    }
  }
}

void Ids(GMimeObject* object, const char* name, std::vector<std::string>* out) {
  const char* const value = g_mime_object_get_header(object, name);
  if (value == nullptr) return;
  GMimeReferences* const references = g_mime_references_parse(nullptr, value);
  for (int i = 0; i < g_mime_references_length(references); ++i) {
    out->push_back(Text(g_mime_references_get_message_id(references, i)));
  }
  g_mime_references_free(references);
}

std::string Decoded(GMimePart* part) {
  GMimeDataWrapper* const content = g_mime_part_get_content(part);
  if (content == nullptr) return {};
  const Ref<GMimeStream> stream(g_mime_stream_mem_new());
  g_mime_data_wrapper_write_to_stream(content, stream.get());
  const GByteArray* const bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
  return std::string(reinterpret_cast<const char*>(bytes->data), bytes->len);
}

// Files and text count outside attached messages alone.
void Entity(GMimeObject* object, bool whole, bool inside, Reading* reading) {
  if (object == nullptr) return;
  if (GMIME_IS_MULTIPART(object)) {
    GMimeMultipart* const multipart = GMIME_MULTIPART(object);
    for (int i = 0; i < g_mime_multipart_get_count(multipart); ++i) {
      Entity(g_mime_multipart_get_part(multipart, i), false, inside, reading);
    }
    return;
  }
  GMimeContentType* const declared = g_mime_object_get_content_type(object);
  std::string type = Lower(g_mime_content_type_get_media_type(declared)) + "/" +
                     Lower(g_mime_content_type_get_media_subtype(declared));
  GMimeContentDisposition* const disposition = g_mime_object_get_content_disposition(object);
  const char* name =
      disposition == nullptr ? nullptr : g_mime_object_get_content_disposition_parameter(object, "filename");
  if (name == nullptr) name = g_mime_object_get_content_type_parameter(object, "name");
  const bool file =
      IsFile(type, disposition == nullptr ? "" : Lower(g_mime_content_disposition_get_disposition(disposition)),
             name != nullptr, whole);
  File found{name == nullptr ? std::nullopt : std::optional(Text(name)), type, std::nullopt};
  if (GMIME_IS_MESSAGE_PART(object)) {
    if (!inside && file) reading->files.push_back(std::move(found));
    GMimeMessage* const message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
    if (message != nullptr) Entity(g_mime_message_get_mime_part(message), false, true, reading);
    return;
  }
  if (!GMIME_IS_PART(object)) return;
  std::string bytes = Decoded(GMIME_PART(object));
  if (!inside && file) {
    if (!type.starts_with("message/")) found.bytes = bytes;
    reading->files.push_back(std::move(found));
  }
  if (!inside && !file && type == "text/plain" && !reading->text) reading->text = bytes;
  reading->parts.push_back({std::move(type), std::move(bytes)});
}

void Read(std::string_view mail, Depth depth, Reading* reading) {
  static const bool ready = (g_mime_init(), true);
  static_cast<void>(ready);
  const Ref<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(mail.data(), mail.size()));
  const Ref<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  const Ref<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), nullptr));
  if (message == nullptr) return;
  GMimeObject* const object = GMIME_OBJECT(message.get());
  if (const char* id = g_mime_message_get_message_id(message.get())) reading->message_id = id;
  Ids(object, "In-Reply-To", &reading->in_reply_to);
  Ids(object, "References", &reading->references);
  Addresses(g_mime_message_get_from(message.get()), &reading->from);
  Addresses(g_mime_message_get_sender(message.get()), &reading->sender);
  Addresses(g_mime_message_get_reply_to(message.get()), &reading->reply_to);
  Addresses(g_mime_message_get_to(message.get()), &reading->to);
  Addresses(g_mime_message_get_cc(message.get()), &reading->cc);
  if (const char* subject = g_mime_message_get_subject(message.get())) reading->subject = subject;
  if (GDateTime* const date = g_mime_message_get_date(message.get())) reading->date = g_date_time_to_unix(date);
  if (depth == Depth::kWhole) Entity(g_mime_message_get_mime_part(message.get()), true, false, reading);
}

}  // namespace
}  // namespace casecomm::judge

int main(int argc, char** argv) {
  return casecomm::judge::Main(argc, argv, casecomm::judge::Read);
}
