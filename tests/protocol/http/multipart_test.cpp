#include "protocol/http/multipart.hpp"

#include <gtest/gtest.h>

namespace trunkline {
namespace {

TEST(multipart, fields_and_files_are_parts) {
  const auto form = render_multipart(
      {{.name = "model", .content = "whisper-1"},
       {.name = "file", .content = "RI\r\nFF", .file_name = "turn.wav", .type = "audio/wav"}});
  EXPECT_EQ(form.content_type, "multipart/form-data; boundary=trunkline-form-00000000-end");
  EXPECT_EQ(form.body, "--trunkline-form-00000000-end\r\n"
                       "Content-Disposition: form-data; name=\"model\"\r\n\r\n"
                       "whisper-1\r\n"
                       "--trunkline-form-00000000-end\r\n"
                       "Content-Disposition: form-data; name=\"file\"; filename=\"turn.wav\"\r\n"
                       "Content-Type: audio/wav\r\n\r\n"
                       "RI\r\nFF\r\n"
                       "--trunkline-form-00000000-end--\r\n");
}

TEST(multipart, the_boundary_occurs_in_no_content) {
  const std::string evil = "--trunkline-form-00000000-end--\r\n trunkline-form-00000001-end";
  const auto form = render_multipart({{.name = "a", .content = evil}});
  EXPECT_EQ(form.content_type, "multipart/form-data; boundary=trunkline-form-00000002-end");
  EXPECT_EQ(form.body.find("trunkline-form-00000002-end"), 2u);
}

// Found by fuzzing: the line end that a name loses had kept it from being the boundary.
TEST(multipart, the_boundary_occurs_in_no_name_as_it_is_written) {
  const auto form = render_multipart(
      {{.name = "file", .content = "", .file_name = "--trunkline\n-form-00000000-end"}});
  EXPECT_EQ(form.content_type, "multipart/form-data; boundary=trunkline-form-00000001-end");
}

TEST(multipart, names_cannot_end_their_header) {
  const auto form =
      render_multipart({{.name = "a\"\r\nX: y", .content = "", .file_name = "b\\\"c"}});
  EXPECT_NE(form.body.find("name=\"aX: y\"; filename=\"bc\"\r\n\r\n"), std::string::npos);
}

TEST(multipart, no_parts_are_an_empty_form) {
  EXPECT_EQ(render_multipart({}).body, "--trunkline-form-00000000-end--\r\n");
}

} // namespace
} // namespace trunkline
