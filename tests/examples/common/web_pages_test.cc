#include "common/web_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "common/embedded_files.h"

namespace tickerhub::examples {

// Stands in for what CMake writes into a program.
std::vector<EmbeddedFile> EmbeddedFiles() {
  return {{"index.mustache", "<p>{{count}}</p>"}, {"app.js", "export {};"}};
}

namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

// A directory of its own for each test.
class WebPagesTest : public ::testing::Test {
 protected:
  WebPagesTest()
      : root_(std::filesystem::path(::testing::TempDir()) /
              ("tickerhub_" + std::string(::testing::UnitTest::GetInstance()
                                              ->current_test_info()
                                              ->name()))) {
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_);
  }
  ~WebPagesTest() override { std::filesystem::remove_all(root_); }

  void Write(const std::string& name, const std::string& content) {
    const std::filesystem::path path = root_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
  }

  WebPages Read() {
    WebPages pages;
    const Status status = ReadPages(root_.string(), &pages);
    EXPECT_TRUE(status.ok()) << status.message();
    return pages;
  }

  std::filesystem::path root_;
};

std::string ErrorOf(const std::filesystem::path& directory) {
  WebPages pages;
  return ReadPages(directory.string(), &pages).message();
}

std::vector<std::string> Paths(const WebPages& pages) {
  std::vector<std::string> paths;
  for (const PageFile& file : pages.files) paths.push_back(file.path);
  return paths;
}

TEST_F(WebPagesTest, TheBuiltInOnesHaveTheirTemplateAndTheFilesBesideIt) {
  const WebPages pages = BuiltInPages();
  EXPECT_EQ(pages.home_template, "<p>{{count}}</p>");
  ASSERT_EQ(pages.files.size(), 1U);
  EXPECT_EQ(pages.files[0].path, "/app.js");
  EXPECT_EQ(pages.files[0].file.content, "export {};");
  EXPECT_THAT(pages.files[0].file.content_type, HasSubstr("javascript"));
}

TEST_F(WebPagesTest, ADirectoryServesItsIndexAtTheRootAndAllBelowIt) {
  Write("index.html", "<h1>Mine</h1>");
  Write("scripts/app.js", "1");
  const WebPages pages = Read();
  EXPECT_TRUE(pages.home_template.empty());
  EXPECT_THAT(Paths(pages),
              UnorderedElementsAre("/", "/index.html", "/scripts/app.js"));
}

TEST_F(WebPagesTest, WhatStartsWithADotStaysPrivate) {
  Write("index.html", "x");
  Write(".env", "SECRET=1");
  Write(".git/config", "secret");
  const WebPages pages = Read();
  EXPECT_THAT(Paths(pages), UnorderedElementsAre("/", "/index.html"));
}

TEST_F(WebPagesTest, FilesKeepEveryByte) {
  const std::string bytes("\0\r\n\xff;[]", 7);
  Write("index.html", bytes);
  const WebPages pages = Read();
  EXPECT_EQ(pages.files[0].file.content, bytes);
}

TEST_F(WebPagesTest, ADirectoryWithoutAnIndexIsRefused) {
  EXPECT_THAT(ErrorOf(root_), HasSubstr("has no index.html"));
}

TEST_F(WebPagesTest, WhatIsNoDirectoryIsRefused) {
  Write("index.html", "x");
  for (const char* name : {"index.html", "missing"}) {
    EXPECT_THAT(ErrorOf(root_ / name), HasSubstr("there is no directory"));
  }
}

TEST_F(WebPagesTest, TooManyFilesAreRefused) {
  Write("index.html", "x");
  for (int i = 0; i < 1'000; ++i) Write(std::to_string(i) + ".txt", "");
  EXPECT_THAT(ErrorOf(root_), HasSubstr("more than 1,000 files"));
}

}  // namespace
}  // namespace tickerhub::examples
