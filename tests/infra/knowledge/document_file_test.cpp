#include "infra/knowledge/document_file.hpp"

#include "tests/support/paths.hpp"

#include <gtest/gtest.h>

#include <algorithm>

using namespace trunkline;
using namespace trunkline::testing;

namespace {

class document_file_test : public ::testing::Test {
protected:
  // The one line an import is refused with.
  std::string refusal(const std::string& name, const std::string& bytes,
                      const document_limits& limits = {}) {
    const auto file = dir.path() / name;
    write_file(file, bytes);
    const auto loaded = load_document(file, "", limits);
    if (loaded)
      return "";
    const auto& text = loaded.error().context;
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 0) << text;
    EXPECT_NE(text.find(name), text.npos) << text;
    return text;
  }
  void expect_refused(const std::string& part, const std::string& name, const std::string& bytes,
                      const document_limits& limits = {}) {
    const auto text = refusal(name, bytes, limits);
    EXPECT_NE(text.find(part), text.npos) << text;
  }

  temp_dir dir;
};

// A PDF of one page per text, uncompressed, with a valid table.
std::string pdf_of(const std::vector<std::string>& pages) {
  std::vector<std::string> objects{"<</Type/Catalog/Pages 2 0 R>>", ""};
  std::string kids;
  for (const auto& text : pages) {
    const auto page = objects.size() + 1;
    kids += std::to_string(page) + " 0 R ";
    const auto stream = "BT /F1 12 Tf 72 720 Td (" + text + ") Tj ET";
    objects.push_back("<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents " +
                      std::to_string(page + 1) +
                      " 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
                      ">>>>");
    objects.push_back("<</Length " + std::to_string(stream.size()) + ">>stream\n" + stream +
                      "\nendstream");
  }
  objects[1] = "<</Type/Pages/Count " + std::to_string(pages.size()) + "/Kids[" + kids + "]>>";
  std::string pdf = "%PDF-1.4\n", table;
  for (size_t i = 0; i < objects.size(); ++i) {
    auto offset = std::to_string(pdf.size());
    table += std::string(10 - offset.size(), '0') + offset + " 00000 n \n";
    pdf += std::to_string(i + 1) + " 0 obj" + objects[i] + "endobj\n";
  }
  const auto start = pdf.size();
  const auto count = std::to_string(objects.size() + 1);
  return pdf + "xref\n0 " + count + "\n0000000000 65535 f \n" + table + "trailer<</Size " + count +
         "/Root 1 0 R>>\nstartxref\n" + std::to_string(start) + "\n%%EOF\n";
}

TEST_F(document_file_test, reads_a_pdf) {
  write_file(dir.path() / "a.pdf", pdf_of({"Parking is free behind the house.", "Bring a card."}));
  const auto loaded = load_document(dir.path() / "a.pdf", "The guide");
  ASSERT_TRUE(loaded) << loaded.error().context;
  EXPECT_EQ(loaded->row.title, "The guide");
  EXPECT_EQ(loaded->row.kind, "pdf");
  ASSERT_FALSE(loaded->chunks.empty());
  EXPECT_NE(loaded->chunks[0].text.find("Parking is free behind the house."), std::string::npos);
}

TEST_F(document_file_test, refuses_what_is_too_large_and_names_the_limit) {
  const auto file = dir.path() / "large.md";
  write_file(file, "x");
  std::filesystem::resize_file(file, 100u << 20); // a sparse file
  const auto loaded = load_document(file, "");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind, failure_kind::too_large);
  EXPECT_NE(loaded.error().context.find("100.0 MB, more than the 32.0 MB"), std::string::npos)
      << loaded.error().context;
  document_limits small;
  small.text_bytes = 1 << 20;
  expect_refused("more than 1.0 MB of text", "a.txt", std::string((1 << 20) + 1, 'a'), small);
  small.chunks = 2;
  expect_refused("more than the 2 a document may have", "b.txt",
                 std::string(5000, 'a') + " " + std::string(5000, 'b'), small);
}

TEST_F(document_file_test, refuses_what_is_no_text) {
  expect_refused("byte 0 at offset 4", "a.txt", std::string{"text\0more", 9});
  expect_refused("byte 2 at offset 4", "b.md",
                 "\x7f"
                 "ELF\x02\x01\x01");
  expect_refused("not UTF-8 text (near offset 6)", "c.txt", "caf\xc3\xa9 \xe9t\xe9 and more");
  expect_refused("name it .pdf", "d.txt", "%PDF-1.4\n");
  expect_refused("begin as a PDF", "e.pdf", "MZ....");
  expect_refused("cannot read it", "f.pdf", "%PDF-1.4\nnothing of it is there");
  expect_refused(".md, .txt, .html and .pdf can", "g.docx", "PK");
  expect_refused("it has no text", "h.md", "\n\n# \n");
  expect_refused("it has no text", "i.md", "");
  EXPECT_FALSE(load_document(dir.path(), ""));
  EXPECT_FALSE(load_document(dir.path() / "missing.md", ""));
}

TEST_F(document_file_test, a_pdf_bomb_ends_at_a_limit) {
  std::string line(60, 'x'), page = "line";
  for (int i = 0; i < 60; ++i)
    page += ") Tj 0 -10 Td (" + line;
  const auto pdf = pdf_of(std::vector<std::string>(3000, page));
  document_limits limits;
  limits.text_bytes = 1 << 20;
  limits.pdf.time = std::chrono::seconds{5};
  const auto start = std::chrono::steady_clock::now();
  const auto text = refusal("bomb.pdf", pdf, limits);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{10});
  EXPECT_TRUE(text.find("more than 1 MB of text") != text.npos ||
              text.find("took longer than 5 s") != text.npos)
      << text;
}

TEST(limited_child_test, each_limit_is_named) {
  child_limits limits;
  limits.time = std::chrono::seconds{1};
  limits.output_bytes = 1 << 20;
  const auto why = [&](const std::vector<std::string>& command) {
    const auto done = run_limited(command, limits);
    return done ? "" : done.error().context;
  };
  EXPECT_EQ(why({"yes"}), "yes printed more than 1 MB of text");
  EXPECT_EQ(why({"sleep", "30"}), "sleep took longer than 1 s");
  EXPECT_EQ(why({"no-such-program-here"}), "there is no program no-such-program-here");
  EXPECT_EQ(why({"cat", "/no/such/file"}),
            "cat cannot read it: cat: /no/such/file: No such file or directory");
  limits.memory_bytes = size_t{64} << 20;
  limits.time = std::chrono::seconds{10};
  EXPECT_EQ(why({"sort", "-S", "900M", "/dev/zero"}), "sort needed more than 64 MB of memory");
  const auto said = run_limited({"echo", "a b"}, {});
  ASSERT_TRUE(said);
  EXPECT_EQ(*said, "a b\n");
}

} // namespace
