#include "protocol/http/error_text.hpp"

#include "protocol/text/json.hpp"
#include "protocol/text/utf8.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <initializer_list>

namespace trunkline {

namespace {

using nlohmann::json;

constexpr size_t body_bytes_max = 256 * 1024; // more is no error message
constexpr size_t nested_errors_max = 3;
constexpr size_t listed_errors_max = 3;
constexpr std::string_view blanks = " \t\r\n";

bool is_alnum(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Keys and tokens: "sk-..." and whatever has a long unbroken run of letters and digits mixed. Names
// of models and uuids have short runs.
bool looks_secret(std::string_view word) {
  constexpr size_t run_max = 20, prefixed_min = 8;
  const auto prefix = word.substr(0, 3);
  if ((prefix == "sk-" || prefix == "sk_") && word.size() >= prefixed_min)
    return true;
  size_t run = 0;
  bool digit = false;
  for (const char c : word) {
    run = is_alnum(c) ? run + 1 : 0;
    digit = run > 0 && (is_digit(c) || (digit && run > 1));
    if (run >= run_max && digit)
      return true;
  }
  return false;
}

std::string masked(std::string_view text) {
  constexpr std::string_view joining = "-_*+/=";
  std::string to;
  while (!text.empty()) {
    const auto* const end = std::find_if_not(text.begin(), text.end(), [&](char c) {
      return is_alnum(c) || joining.find(c) != std::string_view::npos;
    });
    const auto word = text.substr(0, static_cast<size_t>(end - text.begin()));
    to += looks_secret(word) ? std::string_view{"..."} : word;
    text.remove_prefix(word.size());
    if (text.empty())
      break;
    to += text.front();
    text.remove_prefix(1);
  }
  return to;
}

// Masked before it is cut: half a key would no longer look like one.
std::string one_line(std::string_view text, size_t bytes_max) {
  constexpr size_t looked_at = 4096;
  auto line = clean_text(masked(clean_text(text.substr(0, looked_at), looked_at)), bytes_max);
  const auto first = line.find_first_not_of(' ');
  if (first == std::string::npos)
    return {};
  return line.substr(first, line.find_last_not_of(' ') - first + 1);
}

// "com.amazonaws.polly#Throttled" and "Throttled:http://internal/" are Throttled.
std::string code_word(std::string_view text) {
  if (const auto hash = text.rfind('#'); hash != std::string_view::npos)
    text.remove_prefix(hash + 1);
  return one_line(text.substr(0, text.find(':')), error_code_bytes_max);
}

std::string first_string(const json& object, std::initializer_list<std::string_view> names) {
  for (const auto name : names)
    if (auto text = string_member(object, name); !text.empty())
      return text;
  return {};
}

// A number says less than a word, whether it is written as a number or as a string.
std::string code_of(const json& object) {
  std::string number;
  for (const auto* name : {"code", "err_code", "error_code", "errorCode", "status", "category",
                           "error", "__type", "type"}) {
    const auto text = string_member(object, name);
    if (text.empty())
      continue;
    if (!std::all_of(text.begin(), text.end(), is_digit))
      return code_word(text);
    if (number.empty())
      number = text;
  }
  const auto code = object.find("code");
  if (number.empty() && code != object.end() && code->is_number_integer())
    number = to_text(*code);
  return one_line(number, error_code_bytes_max);
}

// FastAPI's list of what is wrong with a request: {"loc":["body","text"],"msg":...,"input":...}.
std::string listed_message(const json& entry) {
  if (entry.is_string())
    return entry.get<std::string>();
  std::string place;
  const auto location = entry.is_object() ? entry.find("loc") : entry.end();
  if (location != entry.end() && location->is_array())
    for (const auto& step : *location)
      if (step.is_string())
        place += (place.empty() ? "" : ".") + step.get<std::string>();
  const auto message = first_string(entry, {"msg", "message"});
  return place.empty() ? message : place + ": " + message;
}

error_text of_list(const json& list) {
  error_text to;
  std::string message;
  for (size_t i = 0; i < std::min(list.size(), listed_errors_max); ++i)
    if (const auto text = listed_message(list[i]); !text.empty())
      message += (message.empty() ? "" : "; ") + text;
  if (!list.empty() && list[0].is_object())
    to.code = code_of(list[0]);
  to.message = one_line(message, error_message_bytes_max);
  return to;
}

error_text of_object(const json& object) {
  error_text to;
  to.code = code_of(object);
  to.type = code_word(string_member(object, "type"));
  auto message =
      first_string(object, {"message", "Message", "err_msg", "error_description", "error_message",
                            "errorMessage", "msg", "detail", "description", "title", "reason"});
  if (const auto details = string_member(object, "details"); !details.empty())
    message += (message.empty() ? "" : " ") + details;
  // {"error":"text"}: the only thing said is no code.
  if (const auto error = string_member(object, "error"); message.empty() && !error.empty()) {
    message = error;
    if (to.code == code_word(error))
      to.code.clear();
  }
  to.message = one_line(message, error_message_bytes_max);
  return to;
}

error_text of_json(const json& value, size_t nested = 0) {
  if (value.is_string())
    return {{}, {}, one_line(value.get_ref<const std::string&>(), error_message_bytes_max)};
  if (nested > nested_errors_max)
    return {};
  if (value.is_array())
    return value.size() == 1 && value[0].is_object() ? of_json(value[0], nested + 1)
                                                     : of_list(value);
  if (!value.is_object())
    return {};
  for (const auto* name : {"error", "detail", "errors"})
    if (const auto inner = value.find(name);
        inner != value.end() && (inner->is_object() || inner->is_array()))
      return inner->is_array() ? of_list(*inner) : of_json(*inner, nested + 1);
  return of_object(value);
}

// What stands in the first element of this name; tags inside it end the text.
std::string_view element(std::string_view page, std::string_view name) {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  };
  const auto open = "<" + std::string{name};
  const auto* const found = std::search(page.begin(), page.end(), open.begin(), open.end(), same);
  auto rest = page.substr(static_cast<size_t>(found - page.begin()));
  const auto content = rest.find('>');
  if (content == std::string_view::npos)
    return {};
  rest.remove_prefix(content + 1);
  return rest.substr(0, rest.find('<'));
}

error_text of_markup(std::string_view page) {
  error_text to;
  to.code = code_word(element(page, "Code>"));
  for (const auto* name : {"Message>", "title", "h1"})
    if (to.message.empty())
      to.message = one_line(element(page, name), error_message_bytes_max);
  return to;
}

} // namespace

error_text error_text_of(std::string_view body) {
  const auto first = body.find_first_not_of(blanks);
  if (first == std::string_view::npos)
    return {};
  const auto text = to_valid_utf8(body.substr(first, body_bytes_max));
  if (text.front() == '<')
    return of_markup(text);
  if (const auto value = parse_json(text, "error"))
    return of_json(*value);
  // Half a document may hold the request that the service quotes.
  if (text.front() == '{' || text.front() == '[')
    return {};
  return {{}, {}, one_line(text, error_message_bytes_max)};
}

error_text error_text_of(const service_error& answer) {
  auto to = error_text_of(answer.body);
  if (to.code.empty())
    to.code = code_word(answer.error_type);
  return to;
}

std::string to_string(const error_text& text) {
  const auto& code = text.code.empty() ? text.type : text.code;
  if (code.empty() || text.message.empty())
    return code + text.message;
  return code + ": " + text.message;
}

} // namespace trunkline
