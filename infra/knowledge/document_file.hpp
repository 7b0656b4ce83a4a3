#pragma once

#include "infra/knowledge/limited_child.hpp"
#include "protocol/knowledge/document_text.hpp"
#include "schema/failure.hpp"
#include "schema/knowledge.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace trunkline {

/// What one document may be; beyond it the import is refused with the limit's name.
struct document_limits {
  size_t file_bytes = size_t{32} << 20;
  size_t text_bytes = size_t{8} << 20;
  size_t chunks = 20000;
  child_limits pdf; ///< of the pdftotext process
};

struct loaded_document {
  knowledge_document row; ///< without its tenant and time
  std::vector<knowledge_chunk> chunks;
};

/// Reads a Markdown, text, HTML or PDF file. Blocks. `title`: empty: the document's own, else its
/// file's name. Failures are one line that names the file, what is wrong with it and the limit.
result<loaded_document> load_document(const std::filesystem::path& file, const std::string& title,
                                      const document_limits& limits = {});

/// The files to import below a path: itself when it is a file, else every file with a known ending,
/// sorted. `not_found` when there is none.
result<std::vector<std::filesystem::path>> document_files(const std::filesystem::path& path);

} // namespace trunkline
