#include "infra/knowledge/document_file.hpp"

#include "protocol/text/digest.hpp"
#include "protocol/text/utf8.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>

namespace trunkline {

namespace {

namespace fs = std::filesystem;

constexpr size_t id_digits = 12;
constexpr size_t title_bytes_max = 200;

std::string megabytes(uintmax_t bytes) {
  const auto tenths = (bytes * 10 + (size_t{1} << 19)) >> 20;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " MB";
}

failure named(const fs::path& file, failure why) {
  why.context = shortened(clean_text(file.string(), 400), 200) + ": " + why.context;
  return why;
}

result<std::string> bytes_of(const fs::path& file, size_t bytes_max) {
  std::error_code error;
  const auto status = fs::status(file, error);
  if (error || !fs::exists(status))
    return failure{failure_kind::not_found, "there is no such file", false};
  if (!fs::is_regular_file(status))
    return failure{failure_kind::bad_input, "it is not a file", false};
  const auto size = fs::file_size(file, error);
  if (!error && size > bytes_max)
    return failure{failure_kind::too_large,
                   "it has " + megabytes(size) + ", more than the " + megabytes(bytes_max) +
                       " a document may have; cut it into several",
                   false};
  std::ifstream in{file, std::ios::binary};
  std::string bytes(static_cast<size_t>(size), '\0');
  if (error || !in.read(bytes.data(), static_cast<std::streamsize>(bytes.size())))
    return failure{failure_kind::unavailable,
                   std::string{"it cannot be read: "} + std::strerror(errno), false};
  return bytes;
}

result<std::string> pdf_text(const fs::path& file, const document_limits& limits) {
  auto child = limits.pdf;
  child.output_bytes = limits.text_bytes;
  auto text = run_limited(
      {"pdftotext", "-enc", "UTF-8", "-nopgbrk", "--", fs::absolute(file).string(), "-"}, child);
  if (!text && text.error().kind == failure_kind::not_found)
    return failure{failure_kind::not_found,
                   "PDF needs the program pdftotext; install poppler-utils", false};
  return text;
}

result<document_text> text_of(const fs::path& file, document_kind kind, const std::string& bytes,
                              const document_limits& limits) {
  if (kind == document_kind::pdf) {
    if (bytes.substr(0, 1024).find("%PDF-") == bytes.npos)
      return failure{failure_kind::bad_input, "it does not begin as a PDF does", false};
    auto text = pdf_text(file, limits);
    if (!text)
      return text.error();
    return read_pdf_text(to_valid_utf8(*text));
  }
  if (bytes.starts_with("%PDF-"))
    return failure{failure_kind::bad_input, "it is a PDF; name it .pdf", false};
  const auto text = checked_text(bytes);
  if (!text)
    return text.error();
  if (text->size() > limits.text_bytes)
    return failure{failure_kind::too_large,
                   "it has more than " + megabytes(limits.text_bytes) +
                       " of text, which is the most a document may have; cut it into several",
                   false};
  return kind == document_kind::markdown ? read_markdown(*text)
         : kind == document_kind::html   ? read_html(*text)
                                         : read_plain_text(*text);
}

result<loaded_document> loaded(const fs::path& file, const std::string& title,
                               const document_limits& limits) {
  const auto kind = kind_of_name(file.filename().string());
  if (!kind)
    return failure{failure_kind::bad_input,
                   "its kind is not known; .md, .txt, .html and .pdf can be imported", false};
  const auto bytes = bytes_of(file, limits.file_bytes);
  if (!bytes)
    return bytes.error();
  const auto text = text_of(file, *kind, *bytes, limits);
  if (!text)
    return text.error();
  loaded_document made;
  const auto name = !title.empty()         ? title
                    : !text->title.empty() ? text->title
                                           : file.stem().string();
  made.row.title = clean_text(name, title_bytes_max);
  made.row.source = clean_text(file.filename().string(), 400);
  made.row.id = sha256_hex(made.row.source).substr(0, id_digits);
  made.row.kind = to_string(*kind);
  made.row.checksum = sha256_hex(*bytes);
  made.row.bytes = static_cast<int64_t>(bytes->size());
  made.chunks = chunks_of(*text, made.row.title);
  made.row.chunks = static_cast<int>(made.chunks.size());
  if (made.chunks.empty())
    return failure{failure_kind::bad_input,
                   *kind == document_kind::pdf
                       ? "it has no text; a scanned PDF needs text recognition first"
                       : "it has no text",
                   false};
  if (made.chunks.size() > limits.chunks)
    return failure{failure_kind::too_large,
                   "it makes " + std::to_string(made.chunks.size()) + " passages, more than the " +
                       std::to_string(limits.chunks) + " a document may have; cut it into several",
                   false};
  return made;
}

} // namespace

result<loaded_document> load_document(const fs::path& file, const std::string& title,
                                      const document_limits& limits) {
  auto made = loaded(file, title, limits);
  if (!made)
    return named(file, made.error());
  return made;
}

result<std::vector<fs::path>> document_files(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error))
    return std::vector{path};
  std::vector<fs::path> files;
  for (fs::recursive_directory_iterator at{path, error}, end; !error && at != end;
       at.increment(error))
    if (at->is_regular_file(error) && kind_of_name(at->path().filename().string()))
      files.push_back(at->path());
  if (error)
    return named(path, {failure_kind::unavailable, error.message(), false});
  if (files.empty())
    return named(path, {failure_kind::not_found,
                        "there is no .md, .txt, .html or .pdf file in this directory", false});
  std::sort(files.begin(), files.end());
  return files;
}

} // namespace trunkline
