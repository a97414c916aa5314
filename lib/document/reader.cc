// SPDX-License-Identifier: Apache-2.0
#include "document/reader.h"

#include <new>

#include "base/text.h"

namespace casecomm::document {
namespace {

constexpr size_t kQuotedBytes = 60;

std::string_view TypeName(ondemand::json_type type) {
  switch (type) {
    case ondemand::json_type::array:
      return "an array";
    case ondemand::json_type::object:
      return "an object";
    case ondemand::json_type::number:
      return "a number";
    case ondemand::json_type::string:
      return "a string";
    case ondemand::json_type::boolean:
      return "a boolean";
    case ondemand::json_type::null:
      return "null";
  }
  return "something else";
}

// The place of the first byte that no JSON document may have there, or its size where the text ends too
// early: for the faults that simdjson finds before it reads the first value, and tells without a place.
size_t FirstFault(std::string_view json) {
  size_t depth = 0, string_at = 0;
  bool in_string = false, done = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      if (static_cast<unsigned char>(c) < 0x20) return i;
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (done) {
      if (c != ' ' && c != '\t' && c != '\n' && c != '\r') return i;
    } else if (c == '"') {
      in_string = true;
      string_at = i;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (depth == 0) return i;
      done = --depth == 0;
    }
  }
  return in_string ? string_at : json.size();
}

}  // namespace

std::string Path::Pointer() const {
  if (parent == nullptr) return {};
  std::string pointer = parent->Pointer() + '/';
  if (key.data() == nullptr) return pointer + std::to_string(index);
  for (const char c : base::CutUtf8(key, 100)) {
    if (c == '~' || c == '/') {
      pointer += c == '~' ? "~0" : "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

std::string Quoted(std::string_view text) {
  return '"' + base::Printable(base::CutUtf8(text, kQuotedBytes)) + '"';
}

Status Reader::Syntax(simdjson::error_code error, const Path& path, size_t position) const {
  if (error == simdjson::MEMALLOC) throw std::bad_alloc();
  std::string found = position < json_.size() ? Quoted(json_.substr(position, 1)) : "the end";
  return Fault("json_syntax", path, position,
               "expected well-formed JSON, found " + found + " (" + simdjson::error_message(error) + ")");
}

Status Reader::SyntaxHere(simdjson::error_code error, const Path& path) {
  const char* place = nullptr;
  if (document_.current_location().get(place) != simdjson::SUCCESS) return Syntax(error, path, json_.size());
  return Syntax(error, path, std::min(Offset(place), json_.size()));
}

Status Reader::TypeOf(ondemand::value& value, const Path& path, ondemand::json_type* type, size_t* position) {
  *position = Offset(value.raw_json_token().data());
  if (const auto error = value.type().get(*type)) return Syntax(error, path, *position);
  return {};
}

Status Reader::Expect(ondemand::json_type wanted, ondemand::value& value, const Path& path, size_t* position) {
  ondemand::json_type type;
  if (Status s = TypeOf(value, path, &type, position); !s.ok()) return s;
  if (type == wanted) return {};
  return Fault("wrong_type", path, *position,
               "expected " + std::string(TypeName(wanted)) + ", found " + std::string(TypeName(type)));
}

Status Reader::ReadString(ondemand::value& value, const Path& path, std::string_view* text, size_t* position) {
  if (Status s = Expect(ondemand::json_type::string, value, path, position); !s.ok()) return s;
  ondemand::raw_json_string raw;
  if (const auto error = value.get_raw_json_string().get(raw)) return Syntax(error, path, *position);
  if (const auto error = parser_.unescape(raw, strings_end_).get(*text)) return Syntax(error, path, *position);
  return {};
}

Status Reader::ReadInteger(ondemand::value& value, const Path& path, int64_t least, int64_t most, int64_t* out) {
  size_t position;
  if (Status s = Expect(ondemand::json_type::number, value, path, &position); !s.ok()) return s;
  const auto error = value.get_int64().get(*out);
  if (error == simdjson::SUCCESS && *out >= least && *out <= most) return {};
  if (error != simdjson::SUCCESS && error != simdjson::INCORRECT_TYPE && error != simdjson::NUMBER_OUT_OF_RANGE &&
      error != simdjson::NUMBER_ERROR) {
    return Syntax(error, path, position);
  }
  const std::string_view token = json_.substr(position, json_.find_first_of(",]} \t\r\n", position) - position);
  return Fault("bad_value", path, position,
               "expected a whole number from " + std::to_string(least) + " to " + std::to_string(most) + ", found " +
                   std::string(base::CutUtf8(token, kQuotedBytes)));
}

Status Reader::ReadBool(ondemand::value& value, const Path& path, bool* out) {
  size_t position;
  if (Status s = Expect(ondemand::json_type::boolean, value, path, &position); !s.ok()) return s;
  if (const auto error = value.get_bool().get(*out)) return Syntax(error, path, position);
  return {};
}

Status Reader::ReadChecked(ondemand::value& value, const Path& path, std::string_view (*check)(std::string_view),
                           std::string* out, size_t* position) {
  std::string_view text;
  if (Status s = ReadString(value, path, &text, position); !s.ok()) return s;
  if (const std::string_view wrong = check(text); !wrong.empty()) {
    return Fault("bad_value", path, *position, "expected " + std::string(wrong) + ", found " + Quoted(text));
  }
  *out = text;
  return {};
}

Status Reader::ReadKey(ondemand::field& field, const Path& path, std::string_view* key, size_t* position) {
  *position = Offset(field.key().raw()) - 1;
  if (const auto error = parser_.unescape(field.key(), strings_end_).get(*key)) return Syntax(error, path, *position);
  return {};
}

Status Reader::Begin(ondemand::object* object, size_t* start) {
  const Path root;
  if (padded_.data() == nullptr) throw std::bad_alloc();
  if (const auto error = parser_.iterate(padded_).get(document_)) {
    return Syntax(error, root, error == simdjson::UTF8_ERROR ? base::Utf8Prefix(json_) : FirstFault(json_));
  }
  *start = json_.find_first_not_of(" \t\r\n");
  ondemand::json_type type;
  if (const auto error = document_.type().get(type)) return Syntax(error, root, *start);
  if (type != ondemand::json_type::object) {
    return Fault("wrong_type", root, *start, "expected an object, found " + std::string(TypeName(type)));
  }
  if (const auto error = document_.get_object().get(*object)) return Syntax(error, root, FirstFault(json_));
  return {};
}

Status Reader::End() {
  const char* rest = nullptr;
  if (document_.current_location().get(rest) != simdjson::SUCCESS) return {};
  return Fault("json_syntax", {}, Offset(rest), "expected the end, found " + Quoted(json_.substr(Offset(rest), 1)));
}

}  // namespace casecomm::document
