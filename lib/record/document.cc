// SPDX-License-Identifier: Apache-2.0
// simdjson on demand: it shows every key in order and where each stands. The fields of an object are a table;
// one reader holds every object against its table and stops at the first fault.
#include "record/document.h"

#include <simdjson.h>

#include <algorithm>
#include <bitset>
#include <memory>
#include <new>
#include <unordered_set>

#include "base/text.h"
#include "record/check.h"
#include "record/words.h"

namespace casecomm::record {
namespace {

namespace ondemand = simdjson::ondemand;

// Where in the document a value stands. Lives on the stack of the reader; text only when a fault asks for it.
struct Path {
  const Path* parent = nullptr;
  std::string_view key;
  size_t index = 0;  // where key.data() is null

  std::string Pointer() const {  // RFC 6901
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
};

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

std::string Quoted(std::string_view text) {
  return '"' + base::Printable(base::CutUtf8(text, 60)) + '"';
}

template <typename Words>
std::string Listed(const Words& words) {
  std::string list;
  for (const auto& word : words) list += (list.empty() ? "" : ", ") + std::string(word.name);
  return list;
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

class Reader {
 public:
  explicit Reader(std::string_view json) : json_(json), padded_(json) {}

  Result<LoadDocument> Read();

 private:
  template <typename Entry>
  struct Field {
    std::string_view name;
    bool required;
    Status (Reader::*read)(ondemand::value&, const Path&, Entry*);
  };

  // -- Faults
  // --------------------------------------------------------------------------------------------------------

  static Status Fault(std::string_view reason, const Path& path, size_t position, std::string message) {
    return Status(Code::kInvalidArgument, std::string(reason), path.Pointer(), std::move(message),
                  static_cast<int64_t>(position));
  }

  size_t Offset(const char* place) const { return static_cast<size_t>(place - padded_.data()); }

  Status Syntax(simdjson::error_code error, const Path& path, size_t position) const {
    if (error == simdjson::MEMALLOC) throw std::bad_alloc();
    std::string found = position < json_.size() ? Quoted(json_.substr(position, 1)) : "the end";
    return Fault("json_syntax", path, position,
                 "expected well-formed JSON, found " + found + " (" + simdjson::error_message(error) + ")");
  }

  Status SyntaxHere(simdjson::error_code error, const Path& path) {
    const char* place = nullptr;
    if (document_.current_location().get(place) != simdjson::SUCCESS) return Syntax(error, path, json_.size());
    return Syntax(error, path, std::min(Offset(place), json_.size()));
  }

  // Whether the value is of the type; on success `position` is where it begins.
  Status Expect(ondemand::json_type wanted, ondemand::value& value, const Path& path, size_t* position) {
    *position = Offset(value.raw_json_token().data());
    ondemand::json_type type;
    if (const auto error = value.type().get(type)) return Syntax(error, path, *position);
    if (type == wanted) return {};
    return Fault("wrong_type", path, *position,
                 "expected " + std::string(TypeName(wanted)) + ", found " + std::string(TypeName(type)));
  }

  // -- Values
  // --------------------------------------------------------------------------------------------------------

  // The view is good until the document is gone.
  Status ReadString(ondemand::value& value, const Path& path, std::string_view* text, size_t* position) {
    if (Status s = Expect(ondemand::json_type::string, value, path, position); !s.ok()) return s;
    ondemand::raw_json_string raw;
    if (const auto error = value.get_raw_json_string().get(raw)) return Syntax(error, path, *position);
    if (const auto error = parser_.unescape(raw, strings_end_).get(*text)) return Syntax(error, path, *position);
    return {};
  }

  // A string that a check of record/check.h passes.
  Status ReadChecked(ondemand::value& value, const Path& path, std::string_view (*check)(std::string_view),
                     std::string* out, size_t* position) {
    std::string_view text;
    if (Status s = ReadString(value, path, &text, position); !s.ok()) return s;
    if (const std::string_view wrong = check(text); !wrong.empty()) {
      return Fault("bad_value", path, *position, "expected " + std::string(wrong) + ", found " + Quoted(text));
    }
    *out = text;
    return {};
  }

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

  template <typename Entry, size_t N>
  Status ReadObject(ondemand::object& object, const Path& path, size_t position, const Field<Entry> (&fields)[N],
                    Entry* entry) {
    std::bitset<N> seen;
    for (auto item : object) {
      ondemand::field field;
      if (const auto error = std::move(item).get(field)) return SyntaxHere(error, path);
      const size_t key_at = Offset(field.key().raw()) - 1;
      std::string_view key;
      if (const auto error = parser_.unescape(field.key(), strings_end_).get(key)) return Syntax(error, path, key_at);
      const Path here{&path, key};
      const auto known =
          std::find_if(std::begin(fields), std::end(fields), [&](const auto& f) { return f.name == key; });
      if (known == std::end(fields)) {
        return Fault("unknown_key", here, key_at,
                     "expected one of the keys " + Listed(fields) + "; found " + Quoted(key));
      }
      const auto number = static_cast<size_t>(known - std::begin(fields));
      if (seen[number]) return Fault("duplicate_key", here, key_at, "expected the key once, found it again");
      seen[number] = true;
      if (Status s = (this->*known->read)(field.value(), here, entry); !s.ok()) return s;
    }
    for (size_t i = 0; i < N; ++i) {
      if (fields[i].required && !seen[i]) {
        return Fault("missing_key", path, position, "expected the key " + std::string(fields[i].name) + ", found none");
      }
    }
    return {};
  }

  // One entry of an array of objects.
  template <typename Entry, size_t N>
  Status ReadEntry(ondemand::value& value, const Path& path, const Field<Entry> (&fields)[N], Entry* entry,
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

  // An id that no earlier entry of its kind has.
  Status ReadNewId(ondemand::value& value, const Path& path, std::unordered_set<std::string>* seen, std::string* id) {
    size_t position;
    if (Status s = ReadChecked(value, path, CheckId, id, &position); !s.ok()) return s;
    if (seen->insert(*id).second) return {};
    return Fault("duplicate_id", path, position, "expected an id that stands once, found " + Quoted(*id) + " again");
  }

  Status ReadId(ondemand::value& value, const Path& path, std::string* id) {
    size_t position;
    return ReadChecked(value, path, CheckId, id, &position);
  }

  Status ReadName(ondemand::value& value, const Path& path, std::string* name) {
    size_t position;
    return ReadChecked(value, path, CheckName, name, &position);
  }

  // -- Fields
  // --------------------------------------------------------------------------------------------------------

  Status PersonId(ondemand::value& v, const Path& p, PersonEntry* e) { return ReadNewId(v, p, &people_, &e->id); }
  Status PersonKindOf(ondemand::value& v, const Path& p, PersonEntry* e) {
    return ReadWord(v, p, kPersonKinds, &e->kind);
  }
  Status PersonName(ondemand::value& v, const Path& p, PersonEntry* e) { return ReadName(v, p, &e->name); }
  Status PersonEmails(ondemand::value& v, const Path& p, PersonEntry* e) {
    e->names_emails = true;
    std::unordered_set<std::string> seen;
    return ReadArray(v, p, [&](ondemand::value& element, const Path& here) -> Status {
      std::string email;
      size_t position;
      if (Status s = ReadChecked(element, here, CheckEmail, &email, &position); !s.ok()) return s;
      if (!seen.insert(base::LowerAscii(email)).second) {
        return Fault("bad_value", here, position, "expected each email once, found " + Quoted(email) + " again");
      }
      e->emails.push_back(std::move(email));
      return {};
    });
  }

  Status RecordId(ondemand::value& v, const Path& p, RecordEntry* e) { return ReadNewId(v, p, &records_, &e->id); }
  Status RecordKindOf(ondemand::value& v, const Path& p, RecordEntry* e) {
    return ReadWord(v, p, kRecordKinds, &e->kind);
  }
  Status RecordName(ondemand::value& v, const Path& p, RecordEntry* e) { return ReadName(v, p, &e->name); }
  Status RecordStateOf(ondemand::value& v, const Path& p, RecordEntry* e) {
    e->names_state = true;
    return ReadWord(v, p, kRecordStates, &e->state);
  }

  Status AssignedRecord(ondemand::value& v, const Path& p, AssignmentEntry* e) { return ReadId(v, p, &e->record); }
  Status AssignedPerson(ondemand::value& v, const Path& p, AssignmentEntry* e) { return ReadId(v, p, &e->person); }
  Status AssignedRole(ondemand::value& v, const Path& p, AssignmentEntry* e) {
    return ReadWord(v, p, kRoles, &e->role);
  }

  Status Schema(ondemand::value& v, const Path& p, LoadDocument*) {
    std::string_view ignored;
    size_t position;
    return ReadString(v, p, &ignored, &position);
  }

  template <typename Entry, size_t N>
  Status ReadEntries(ondemand::value& v, const Path& p, const Field<Entry> (&fields)[N], std::vector<Entry>* out) {
    return ReadArray(v, p, [&](ondemand::value& element, const Path& here) -> Status {
      Entry entry;
      size_t position;
      if (Status s = ReadEntry(element, here, fields, &entry, &position); !s.ok()) return s;
      out->push_back(std::move(entry));
      return {};
    });
  }

  Status People(ondemand::value& v, const Path& p, LoadDocument* d) {
    static constexpr Field<PersonEntry> kFields[] = {{"id", true, &Reader::PersonId},
                                                     {"kind", true, &Reader::PersonKindOf},
                                                     {"name", true, &Reader::PersonName},
                                                     {"emails", false, &Reader::PersonEmails}};
    return ReadEntries(v, p, kFields, &d->people);
  }

  Status Records(ondemand::value& v, const Path& p, LoadDocument* d) {
    static constexpr Field<RecordEntry> kFields[] = {{"id", true, &Reader::RecordId},
                                                     {"kind", true, &Reader::RecordKindOf},
                                                     {"name", true, &Reader::RecordName},
                                                     {"state", false, &Reader::RecordStateOf}};
    return ReadEntries(v, p, kFields, &d->records);
  }

  Status Assignments(ondemand::value& v, const Path& p, LoadDocument* d) {
    static constexpr Field<AssignmentEntry> kFields[] = {{"record", true, &Reader::AssignedRecord},
                                                         {"person", true, &Reader::AssignedPerson},
                                                         {"role", true, &Reader::AssignedRole}};
    // Ids hold no control bytes, so that a NUL between two of them is no ambiguity.
    std::unordered_set<std::string> seen;
    return ReadArray(v, p, [&](ondemand::value& element, const Path& here) -> Status {
      AssignmentEntry entry;
      size_t position;
      if (Status s = ReadEntry(element, here, kFields, &entry, &position); !s.ok()) return s;
      if (!seen.insert(entry.record + '\0' + entry.person).second) {
        return Fault("duplicate_id", here, position,
                     "expected one assignment for a record and a person, found " + Quoted(entry.person) + " on " +
                         Quoted(entry.record) + " again");
      }
      entry.position = static_cast<int64_t>(position);
      d->assignments.push_back(std::move(entry));
      return {};
    });
  }

  const std::string_view json_;
  const simdjson::padded_string padded_;
  ondemand::parser parser_;
  // Where unescaped strings go, written in blocks of up to 64 bytes: the parser has such room too, but goes on where it
  // got none.
  const std::unique_ptr<uint8_t[]> strings_{new uint8_t[json_.size() + 128]};
  uint8_t* strings_end_ = strings_.get();
  ondemand::document document_;
  std::unordered_set<std::string> people_, records_;
};

Result<LoadDocument> Reader::Read() {
  static constexpr Field<LoadDocument> kFields[] = {{"$schema", false, &Reader::Schema},
                                                    {"people", false, &Reader::People},
                                                    {"records", false, &Reader::Records},
                                                    {"assignments", false, &Reader::Assignments}};
  const Path root;
  if (padded_.data() == nullptr) throw std::bad_alloc();
  if (const auto error = parser_.iterate(padded_).get(document_)) {
    return Syntax(error, root, error == simdjson::UTF8_ERROR ? base::Utf8Prefix(json_) : FirstFault(json_));
  }

  const size_t start = json_.find_first_not_of(" \t\r\n");
  ondemand::json_type type;
  if (const auto error = document_.type().get(type)) return Syntax(error, root, start);
  if (type != ondemand::json_type::object) {
    return Fault("wrong_type", root, start, "expected an object, found " + std::string(TypeName(type)));
  }
  ondemand::object object;
  if (const auto error = document_.get_object().get(object)) return Syntax(error, root, FirstFault(json_));
  LoadDocument load;
  if (Status s = ReadObject(object, root, start, kFields, &load); !s.ok()) return s;
  const char* rest = nullptr;
  if (document_.current_location().get(rest) == simdjson::SUCCESS) {
    return Fault("json_syntax", root, Offset(rest), "expected the end, found " + Quoted(json_.substr(Offset(rest), 1)));
  }
  return load;
}

}  // namespace

Result<LoadDocument> ParseLoadDocument(std::string_view json) {
  return Reader(json).Read();
}

}  // namespace casecomm::record
