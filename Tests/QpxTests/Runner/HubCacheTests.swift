import Foundation
import Testing

@testable import qpx

@Suite("A hub id")
struct HubCacheTests {
    private func cache() throws -> (TemporaryFolder, HubCache) {
        let folder = try TemporaryFolder()
        let model = URL(filePath: folder.path).appending(path: "hub/models--org--tiny.model")
        for name in ["refs", "snapshots/abc", "snapshots/def"] {
            try FileManager.default.createDirectory(
                at: model.appending(path: name), withIntermediateDirectories: true)
        }
        try Data("abc\n".utf8).write(to: model.appending(path: "refs/main"))
        return (folder, HubCache(environment: ["HF_HOME": folder.path]))
    }

    @Test("names the folder of its revision in the cache") func found() throws {
        let (folder, cache) = try cache()
        let snapshots = URL(filePath: folder.path).appending(path: "hub/models--org--tiny.model/snapshots").path
        func path(_ text: String) throws -> String {
            try ModelFolder.path(text, folder: "/none", says: "--model", cache: cache)
        }
        #expect(try path("org/tiny.model") == snapshots + "/abc")
        #expect(try path("org/tiny.model@def") == snapshots + "/def")
        let failure = try #require(throws: Failure.self) { try path("org/tiny.model@other") }
        #expect(failure.message.contains("not its revision other"))
        #expect(failure.hint?.contains("abc, def") == true)
        // What the cache does not have is taken for a path.
        #expect(try path("org/else") == "/none/org/else")
        _ = folder
    }

    @Test("gives way to a folder of that name") func folderFirst() throws {
        let (folder, cache) = try cache()
        try FileManager.default.createDirectory(
            at: URL(filePath: folder.path).appending(path: "org/tiny.model"), withIntermediateDirectories: true)
        let path = try ModelFolder.path("org/tiny.model", folder: folder.path, says: "--model", cache: cache)
        #expect(path == folder.path + "/org/tiny.model")
    }

    @Test(
        "is found where the environment says",
        arguments: [
            (["HF_HUB_CACHE": "/a", "HF_HOME": "/b"], "/a"), (["HF_HOME": "/b"], "/b/hub"),
            (["XDG_CACHE_HOME": "/c", "HOME": "/d"], "/c/huggingface/hub"),
            (["HOME": "/d"], "/d/.cache/huggingface/hub"),
        ])
    func environment(variables: [String: String], folder: String) {
        #expect(HubCache(environment: variables).folder == folder)
    }

    @Test(
        "is no path and no list of names",
        arguments: ["../a", "/a/b", "a/b/c", "~/a", "./a", "a b", "a/", "", "a@../b"])
    func noIdentifier(text: String) {
        #expect(HubCache.Identifier(text) == nil)
    }
}
