/* SPDX-License-Identifier: Apache-2.0 */
/* Every reason the library gives in a status: number, name, the stable word, what it means. Numbers do not change; a
   retired one leaves its gravestone. Words that rules give to mail are no errors and stand in docs/decisions.md. */
#ifndef CASECOMM_REASONS_H_
#define CASECOMM_REASONS_H_

/* clang-format off */
#define CASECOMM_REASON_TABLE(X) \
  X(1, PRECONDITION_FAILED, "precondition_failed", "a row was not at the version the batch asked for") \
  X(2, ACCOUNT_EXISTS, "account_exists", "an account of this name is in the store") \
  X(3, ROW_DAMAGED, "row_damaged", "a stored row could not be read") \
  X(4, STORE_DAMAGED, "store_damaged", "the store's data contradicts itself") \
  X(5, UNDECODABLE, "undecodable", "an attachment's transfer encoding was broken past reading") \
  X(6, OWNER_NEEDED, "owner_needed", "the act needs a mail that came by a user's drop address") \
  X(7, STORE_NEWER, "store_newer", "a newer version of the library wrote the store") \
  X(8, STORE_PATH, "store_path", "the store's path is no regular file, or cannot hold one") \
  X(9, STORE_UNSAFE, "store_unsafe", "the store's file is open to others than its owner") \
  X(10, STORE_USED, "store_used", "the store already serves an engine") \
  X(11, WRONG_KEYS, "wrong_keys", "the key ring is not the one that the addresses of the store are signed with") \
  X(12, BUSY, "busy", "the handle serves another call at this moment") \
  X(13, TOO_DEEP, "too_deep", "callbacks called the library inside one another too many times") \
  X(14, EXCEPTION, "exception", "code of the host, or of a library below, threw an exception") \
  X(15, RANDOM_FAILED, "random_failed", "the source of random bytes failed") \
  X(16, SODIUM_FAILED, "sodium_failed", "libsodium could not be started") \
  X(17, SQLITE, "sqlite", "SQLite reported an error of its own") \
  X(18, STORE_CONTRACT, "store_contract", "a store's answer broke the contract of the seam") \
  X(19, ACCOUNT_NEEDED, "account_needed", "the store has several accounts and none was named") \
  X(20, ADDRESS_FIELD, "address_field", "a number does not fit into an address") \
  X(21, BAD_CURSOR, "bad_cursor", "the cursor is not one of this list's") \
  X(22, BAD_DOMAIN, "bad_domain", "a domain was malformed") \
  X(23, BAD_HANDLE, "bad_handle", "a handle was NULL, released, foreign or of another kind") \
  X(24, BAD_LIMIT, "bad_limit", "a page's limit was outside 1 to 1,000") \
  X(25, BAD_LINK, "bad_link", "a link request contradicts itself") \
  X(26, BAD_MAIL, "bad_mail", "a mail to be sent was empty") \
  X(27, BAD_NAME, "bad_name", "an account's name was malformed") \
  X(28, BAD_RECIPIENT, "bad_recipient", "an envelope address could not be sent to") \
  X(29, BAD_ARGUMENT, "bad_argument", "an argument was NULL or out of its values") \
  X(30, KEY_RING, "key_ring", "a key ring was empty or named a key twice") \
  X(31, KEYS_SYNTAX, "keys_syntax", "the text of a key ring was malformed") \
  X(32, LINK_LOOP, "link_loop", "links of the file system led into themselves") \
  X(33, MAIL_TOO_LARGE, "mail_too_large", "a mail was larger than the source allows") \
  X(34, NO_MAIL, "no_mail", "a folder held no mail") \
  X(35, NOT_A_FILE, "not_a_file", "a path named no regular file") \
  X(36, NOT_MAIL, "not_mail", "a file was neither a mail nor an mbox") \
  X(37, STRUCT_SIZE, "struct_size", "a struct was too small, too large, or had unknown fields set") \
  X(38, TABLE, "table", "a required function or name of a table was missing") \
  X(39, TOO_BIG, "too_big", "a value was larger than a store can hold") \
  X(40, WRONG_ITEM, "wrong_item", "the list holds items of another kind") \
  X(41, DANGLING_LINK, "dangling_link", "a link of the file system led nowhere") \
  X(42, KEY_MISSING, "key_missing", "an address was signed with a key that the ring does not have") \
  X(43, NO_ACCOUNT, "no_account", "no account of this name is in the store") \
  X(44, NO_ATTACHMENT, "no_attachment", "the message has no attachment at this position") \
  X(45, NO_MESSAGE, "no_message", "no message of this id is in the account") \
  X(46, NO_PERSON, "no_person", "no person of this id is in the account") \
  X(47, NO_RECORD, "no_record", "no record of this id is in the account") \
  X(48, STORE_MISSING, "store_missing", "there is no store at this path") \
  X(49, NO_THREAD, "no_thread", "no thread of this id is in the account") \
  X(50, NOT_UNASSIGNED, "not_unassigned", "no unassigned message of this id is in the account") \
  X(51, UNKNOWN_PRESET, "unknown_preset", "no preset of this name is known") \
  X(52, ACTION_UNKNOWN, "action_unknown", "the act is not one that may be allowed") \
  X(53, NOT_OWNER, "not_owner", "the mail came by another user's drop address") \
  X(54, OPERATOR_ONLY, "operator_only", "only the operator may do it") \
  X(55, ROLE_MISSING, "role_missing", "the actor's role on the record does not allow it") \
  X(56, STAFF_ONLY, "staff_only", "only staff may do it") \
  X(57, STORE_READONLY, "store_readonly", "the store's file could not be written") \
  X(58, OUT_OF_MEMORY, "out_of_memory", "memory ran out") \
  X(59, COMMIT_CONTENDED, "commit_contended", "other writers kept winning the race") \
  X(60, FILE_ERROR, "file_error", "a file could not be read") \
  X(61, VANISHED, "vanished", "a file vanished while it was read") \
  X(62, STORE_BUSY, "store_busy", "another process kept the store locked") \
  X(63, STORE_IO, "store_io", "the disk could not be read or written") \
  X(64, STORE_FULL, "store_full", "the disk was full") \
  X(65, NO_DROP, "no_drop", "no user of this id has a drop address in the account") \
  X(66, NOT_A_CONTACT, "not_a_contact", "the person to link with is not a contact") \
  X(67, CONTACT_NEEDED, "contact_needed", "the link needs a contact, and none was named") \
  X(68, BAD_CONTACT, "bad_contact", "the name or email of a new contact was malformed") \
  X(69, CONTACT_EXISTS, "contact_exists", "the email of a new contact belongs to a person already") \
  X(70, BAD_FILTER, "bad_filter", "a list was narrowed by two things at once") \
  X(71, JSON_SYNTAX, "json_syntax", "a document was not JSON") \
  X(72, WRONG_TYPE, "wrong_type", "a value of a document was of another JSON type") \
  X(73, BAD_VALUE, "bad_value", "a value of a document was none of those allowed") \
  X(74, UNKNOWN_KEY, "unknown_key", "a document had a key that is not known") \
  X(75, DUPLICATE_KEY, "duplicate_key", "a document had a key twice in one object") \
  X(76, MISSING_KEY, "missing_key", "a document lacked a key") \
  X(77, DUPLICATE_ID, "duplicate_id", "a document had an id twice") \
  X(78, UNKNOWN_RECORD, "unknown_record", "a document named a record that is neither in it nor in the account") \
  X(79, UNKNOWN_PERSON, "unknown_person", "a document named a person who is neither in it nor in the account") \
  X(80, PYTHON_EXCEPTION, "python_exception", "Python code of the host raised an exception") \
  X(81, PYTHON_ENDING, "python_ending", "the Python interpreter was ending") \
  X(82, FORKED, "forked", "what was opened before a fork was used after it") \
  X(83, CLOSED, "closed", "what was closed was used") \
  X(84, UNKNOWN_RULES, "unknown_rules", "a rule document included rules that do not ship") \
  X(85, DUPLICATE_RULE, "duplicate_rule", "a rule document had a rule's name twice") \
  X(86, CONTRADICTION, "contradiction", "conditions of a rule never hold together, or its act has nothing to act on") \
  X(87, UNREACHABLE_RULE, "unreachable_rule", "a rule never decides, as rules before it take all it would") \
  X(88, MISSING_DEFAULT, "missing_default", "a rule document left some mail to no rule") \
  X(89, TOO_COMPLEX, "too_complex", "the rules of a document overlap in too many ways to be checked") \
  X(90, NO_SUCH_EXIT, "no_such_exit", "the state of a message has no such exit") \
  X(91, TARGET_NEEDED, "target_needed", "a message has several states that the act can be done with") \
  X(92, NO_TARGET, "no_target", "a message has no state at the target that was named") \
  X(93, BAD_WHY, "bad_why", "the why of an act was missing, too long or no UTF-8") \
  X(94, SCANNER_HIT, "scanner_hit", "the scanner found something in a held message that was to be filed") \
  X(95, SCANNER_UNAVAILABLE, "scanner_unavailable", "the files of a held message that was to be filed could not be scanned") \
  X(96, NO_ADDRESS, "no_address", "the account gave out no such address") \
  X(97, NOT_ASSIGNED, "not_assigned", "the person is not assigned to the record") \
  X(98, NO_EMAIL, "no_email", "the person does not have the email address, or any") \
  X(99, NEWEST_KEY, "newest_key", "new addresses are signed with the key that is to be replaced") \
  X(100, NO_FORWARD, "no_forward", "no message of this id is for the catch-all address") \
  X(101, CATCH_ALL_LOOPS, "catch_all_loops", "the catch-all address is at a domain of the store's own addresses") \
  X(102, OPERATOR_ACCOUNT, "operator_account", "the operator's own account has no people, records or rules") \
  X(103, BAD_HEADER_TEXT, "bad_header_text", "what a header field is to say is no UTF-8, or has control characters") \
  X(104, BAD_ADDRESS, "bad_address", "an address of a mail to be composed is none") \
  X(105, BAD_MESSAGE_ID, "bad_message_id", "a message id has no left and right part, or blanks or brackets") \
  X(106, BAD_MEDIA_TYPE, "bad_media_type", "a file's media type is no type and subtype, or one that no file has") \
  X(107, BAD_TEXT, "bad_text", "a body is no UTF-8, or has NUL") \
  X(108, BAD_DATE, "bad_date", "a date or zone is out of range") \
  X(109, NO_RECIPIENT, "no_recipient", "a mail names nobody in To and Cc") \
  X(110, IMAGE_WITHOUT_HTML, "image_without_html", "an image with a Content-ID needs HTML that shows it") \
  X(111, COMPOSED_DIFFERS, "composed_differs", "a composed mail does not read as what it was made of")
/* clang-format on */

#define CASECOMM_REASON_ENTRY(number, name, word, meaning) CASECOMM_REASON_##name = number,
enum { CASECOMM_REASON_NONE = 0, CASECOMM_REASON_TABLE(CASECOMM_REASON_ENTRY) };
#undef CASECOMM_REASON_ENTRY

#endif /* CASECOMM_REASONS_H_ */
