// SPDX-License-Identifier: Apache-2.0
// JSON documents, read whole: every key known, none twice, every value of its type, each fault at its byte and pointer.
// simdjson on demand shows every key in order and where it stands. The fields of an object are a table; a reader of one kind
// of document derives from Reader, and one function holds every object against its table and stops at the first fault.
#ifndef CASECOMM_DOCUMENT_READER_H_
#define CASECOMM_DOCUMENT_READER_H_

#include <simdjson.h>

#include <algorithm>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "casecomm/status.h"
#include "document/word.h"

namespace casecomm::document {

namespace ondemand = simdjson::ondemand;

// Where in the document a value stands. Lives on the stack of the reader; text only when a fault asks for it.
struct Path {
  const Path* parent = nullptr;
  std::string_view key;
  size_t index = 0;  // where key.data() is null

  std::string Pointer() const;  // RFC 6901
};

// A text as a fault tells it: in quotes, printable, cut.
std::string Quoted(std::string_view text);

// Faults are invalid_argument: the reason is json_syntax, unknown_key, duplicate_key, missing_key, wrong_type, or what the
// derived reader gives; subject the JSON pointer, position the byte (of a key, where the key stands; of a missing one, where
// its object begins); the message says what was expected. One document a reader.
class Reader {
 protected:
  explicit Reader(std::string_view json) : json_(json), padded_(json) {}

  template <typename Self, typename Entry>
  struct Field {
    std::string_view name;
    bool required;
    Status (Self::*read)(ondemand::value&, const Path&, Entry*);
  };

  std::string_view text() const { return json_; }

  static Status Fault(std::string_view reason, const Path& path, size_t position, std::string message) {
    return Status(Code::kInvalidArgument, std::string(reason), path.Pointer(), std::move(message),
                  static_cast<int64_t>(position));
  }

  // Whether the value is of the type; on success `position` is where it begins.
  Status Expect(ondemand::json_type wanted, ondemand::value& value, const Path& path, size_t* position);
  // The type of a value that may be of several.
  Status TypeOf(ondemand::value& value, const Path& path, ondemand::json_type* type, size_t* position);

  // The view is good until the reader is gone.
  Status ReadString(ondemand::value& value, const Path& path, std::string_view* text, size_t* position);
  // A whole number within [least, most].
  Status ReadInteger(ondemand::value& value, const Path& path, int64_t least, int64_t most, int64_t* out);
  Status ReadBool(ondemand::value& value, const Path& path, bool* out);

  // A string that `check` answers with nothing; else it says what was expected.
  Status ReadChecked(ondemand::value& value, const Path& path, std::string_view (*check)(std::string_view),
                     std::string* out, size_t* position);

  template <typename E, size_t N>
  Status ReadWord(ondemand::value& value, const Path& path, const Word<E> (&words)[N], E* out) {
    std::string_view text;
    size_t position;
    if (Status s = ReadString(value, path, &text, &position); !s.ok()) return s;
    for (const Word<E>& word : words) {
      if (word.name == text) {
        *out = word.value;
        return {};
      }
    }
    return Fault("bad_value", path, position, "expected one of " + Listed(words) + "; found " + Quoted(text));
  }

  // An object whose keys the document's writer chooses. `each` reads one and answers a Status.
  template <typename Each>
  Status ReadMembers(ondemand::value& value, const Path& path, Each each) {
    size_t position;
    if (Status s = Expect(ondemand::json_type::object, value, path, &position); !s.ok()) return s;
    ondemand::object object;
    if (const auto error = value.get_object().get(object)) return SyntaxHere(error, path);
    return ForEachField(object, path, each);
  }

  template <typename Self, typename Entry, size_t N>
  Status ReadEntry(ondemand::value& value, const Path& path, const Field<Self, Entry> (&fields)[N], Entry* entry,
                   size_t* position) {
    if (Status s = Expect(ondemand::json_type::object, value, path, position); !s.ok()) return s;
    ondemand::object object;
    if (const auto error = value.get_object().get(object)) return SyntaxHere(error, path);
    return ReadObject(object, path, *position, fields, entry);
  }

  // `each` reads an element and answers a Status.
  template <typename Each>
  Status ReadArray(ondemand::value& value, const Path& path, Each each) {
    size_t position;
    if (Status s = Expect(ondemand::json_type::array, value, path, &position); !s.ok()) return s;
    ondemand::array array;
    if (const auto error = value.get_array().get(array)) return SyntaxHere(error, path);
    size_t index = 0;
    for (auto item : array) {
      const Path here{&path, {}, index++};
      ondemand::value element;
      if (const auto error = std::move(item).get(element)) return SyntaxHere(error, here);
      if (Status s = each(element, here); !s.ok()) return s;
    }
    return {};
  }

  // The whole document: one object and nothing behind it.
  template <typename Self, typename Entry, size_t N>
  Status ReadDocument(const Field<Self, Entry> (&fields)[N], Entry* entry) {
    const Path root;
    ondemand::object object;
    size_t start;
    if (Status s = Begin(&object, &start); !s.ok()) return s;
    if (Status s = ReadObject(object, root, start, fields, entry); !s.ok()) return s;
    return End();
  }

 private:
  size_t Offset(const char* place) const { return static_cast<size_t>(place - padded_.data()); }
  Status Syntax(simdjson::error_code error, const Path& path, size_t position) const;
  Status SyntaxHere(simdjson::error_code error, const Path& path);
  Status ReadKey(ondemand::field& field, const Path& path, std::string_view* key, size_t* position);
  Status Begin(ondemand::object* object, size_t* start);
  Status End();

  template <typename Each>
  Status ForEachField(ondemand::object& object, const Path& path, Each each) {
    for (auto item : object) {
      ondemand::field field;
      if (const auto error = std::move(item).get(field)) return SyntaxHere(error, path);
      std::string_view key;
      size_t key_at;
      if (Status s = ReadKey(field, path, &key, &key_at); !s.ok()) return s;
      const Path here{&path, key};
      if (Status s = each(key, key_at, field.value(), here); !s.ok()) return s;
    }
    return {};
  }

  template <typename Self, typename Entry, size_t N>
  Status ReadObject(ondemand::object& object, const Path& path, size_t position, const Field<Self, Entry> (&fields)[N],
                    Entry* entry) {
    std::bitset<N> seen;
    const auto each = [&](std::string_view key, size_t key_at, ondemand::value& value, const Path& here) -> Status {
      const auto known =
          std::find_if(std::begin(fields), std::end(fields), [&](const auto& f) { return f.name == key; });
      if (known == std::end(fields)) {
        return Fault("unknown_key", here, key_at,
                     "expected one of the keys " + Listed(fields) + "; found " + Quoted(key));
      }
      const auto number = static_cast<size_t>(known - std::begin(fields));
      if (seen[number]) return Fault("duplicate_key", here, key_at, "expected the key once, found it again");
      seen[number] = true;
      return (static_cast<Self*>(this)->*known->read)(value, here, entry);
    };
    if (Status s = ForEachField(object, path, each); !s.ok()) return s;
    for (size_t i = 0; i < N; ++i) {
      if (fields[i].required && !seen[i]) {
        return Fault("missing_key", path, position, "expected the key " + std::string(fields[i].name) + ", found none");
      }
    }
    return {};
  }

  const std::string_view json_;
  const simdjson::padded_string padded_;
  ondemand::parser parser_;
  // Where unescaped strings go, written in blocks of up to 64 bytes: the parser has such room too, but goes on where it
  // got none.
  const std::unique_ptr<uint8_t[]> strings_{new uint8_t[json_.size() + 128]};
  uint8_t* strings_end_ = strings_.get();
  ondemand::document document_;
};

}  // namespace casecomm::document

#endif  // CASECOMM_DOCUMENT_READER_H_
