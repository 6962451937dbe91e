#include "common/site.h"

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
class SiteTest : public ::testing::Test {
 protected:
  SiteTest()
      : root_(std::filesystem::path(::testing::TempDir()) /
              ("tickerhub_" + std::string(::testing::UnitTest::GetInstance()
                                              ->current_test_info()
                                              ->name()))) {
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_);
  }
  ~SiteTest() override { std::filesystem::remove_all(root_); }

  void Write(const std::string& name, const std::string& content) {
    const std::filesystem::path path = root_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
  }

  std::filesystem::path root_;
};

std::vector<std::string> Paths(const Site& site) {
  std::vector<std::string> paths;
  for (const SiteFile& file : site.files) paths.push_back(file.path);
  return paths;
}

TEST_F(SiteTest, TheBuiltInSiteHasItsTemplateAndTheFilesBesideIt) {
  const Site site = BuiltInSite();
  EXPECT_EQ(site.home_template, "<p>{{count}}</p>");
  ASSERT_EQ(site.files.size(), 1U);
  EXPECT_EQ(site.files[0].path, "/app.js");
  EXPECT_EQ(site.files[0].file.content, "export {};");
  EXPECT_THAT(site.files[0].file.content_type, HasSubstr("javascript"));
}

TEST_F(SiteTest, ADirectoryServesItsIndexAtTheRootAndAllBelowIt) {
  Write("index.html", "<h1>Mine</h1>");
  Write("scripts/app.js", "1");
  std::string error;
  const auto site = ReadSite(root_.string(), &error);
  ASSERT_TRUE(site) << error;
  EXPECT_TRUE(site->home_template.empty());
  EXPECT_THAT(Paths(*site),
              UnorderedElementsAre("/", "/index.html", "/scripts/app.js"));
}

TEST_F(SiteTest, WhatStartsWithADotStaysPrivate) {
  Write("index.html", "x");
  Write(".env", "SECRET=1");
  Write(".git/config", "secret");
  std::string error;
  const auto site = ReadSite(root_.string(), &error);
  ASSERT_TRUE(site) << error;
  EXPECT_THAT(Paths(*site), UnorderedElementsAre("/", "/index.html"));
}

TEST_F(SiteTest, FilesKeepEveryByte) {
  const std::string bytes("\0\r\n\xff;[]", 7);
  Write("index.html", bytes);
  std::string error;
  const auto site = ReadSite(root_.string(), &error);
  ASSERT_TRUE(site) << error;
  EXPECT_EQ(site->files[0].file.content, bytes);
}

TEST_F(SiteTest, ADirectoryWithoutAnIndexIsRefused) {
  std::string error;
  EXPECT_FALSE(ReadSite(root_.string(), &error));
  EXPECT_THAT(error, HasSubstr("has no index.html"));
}

TEST_F(SiteTest, WhatIsNoDirectoryIsRefused) {
  Write("index.html", "x");
  std::string error;
  EXPECT_FALSE(ReadSite((root_ / "index.html").string(), &error));
  EXPECT_THAT(error, HasSubstr("there is no directory"));
  EXPECT_FALSE(ReadSite((root_ / "missing").string(), &error));
}

TEST_F(SiteTest, TooManyFilesAreRefused) {
  Write("index.html", "x");
  for (int i = 0; i < 1'000; ++i) Write(std::to_string(i) + ".txt", "");
  std::string error;
  EXPECT_FALSE(ReadSite(root_.string(), &error));
  EXPECT_THAT(error, HasSubstr("more than 1,000 files"));
}

}  // namespace
}  // namespace tickerhub::examples
