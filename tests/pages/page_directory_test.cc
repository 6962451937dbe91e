#include "pages/page_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "support/own_folder.h"

namespace tickerhub::internal {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class PageDirectoryTest : public ::testing::Test {
 protected:
  void Write(const std::string& name, const std::string& content) {
    const std::filesystem::path path = root_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
  }

  std::vector<PageFile> Read() {
    std::vector<PageFile> files;
    const Status status = ReadDirectory(root_.string(), &files);
    EXPECT_TRUE(status.ok()) << status.message();
    return files;
  }

  const ::tickerhub::testing::OwnFolder folder_;
  const std::filesystem::path& root_ = folder_.path();
};

std::string ErrorOf(const std::filesystem::path& directory) {
  std::vector<PageFile> files;
  return ReadDirectory(directory.string(), &files).message();
}

std::vector<std::string> Paths(const std::vector<PageFile>& files) {
  std::vector<std::string> paths;
  for (const PageFile& file : files) paths.push_back(file.path);
  return paths;
}

TEST_F(PageDirectoryTest, ADirectoryServesItsIndexAtTheRootAndAllBelowIt) {
  Write("index.html", "<h1>Mine</h1>");
  Write("scripts/app.js", "1");
  const std::vector<PageFile> files = Read();
  EXPECT_THAT(Paths(files),
              UnorderedElementsAre("/", "/index.html", "/scripts/app.js"));
}

TEST_F(PageDirectoryTest, WhatStartsWithADotStaysPrivate) {
  Write("index.html", "x");
  Write(".env", "SECRET=1");
  Write(".git/config", "secret");
  const std::vector<PageFile> files = Read();
  EXPECT_THAT(Paths(files), UnorderedElementsAre("/", "/index.html"));
}

TEST_F(PageDirectoryTest, FilesKeepEveryByte) {
  const std::string bytes("\0\r\n\xff;[]", 7);
  Write("index.html", bytes);
  const std::vector<PageFile> files = Read();
  EXPECT_EQ(files[0].file.content, bytes);
}

TEST_F(PageDirectoryTest, ADirectoryWithoutAnIndexIsRefused) {
  EXPECT_THAT(ErrorOf(root_), HasSubstr("has no index.html"));
}

TEST_F(PageDirectoryTest, WhatIsNoDirectoryIsRefused) {
  Write("index.html", "x");
  for (const char* name : {"index.html", "missing"}) {
    EXPECT_THAT(ErrorOf(root_ / name), HasSubstr("there is no directory"));
  }
}

TEST_F(PageDirectoryTest, TooManyFilesAreRefused) {
  Write("index.html", "x");
  for (int i = 0; i < 1'000; ++i) Write(std::to_string(i) + ".txt", "");
  EXPECT_THAT(ErrorOf(root_), HasSubstr("more than 1,000 files"));
}

}  // namespace
}  // namespace tickerhub::internal
