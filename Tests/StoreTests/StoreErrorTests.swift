import Testing

@testable import Store

@Suite("A store error") struct StoreErrorTests {
    static let all: [StoreError] = [
        .notFound(path: "a.db"), .empty(path: "a.db"), .notADatabase(path: "a.db"),
        .otherApplication(path: "a.db", applicationID: 7), .tooNew(path: "a.db", found: 9, supported: 1),
        .tooOld(path: "a.db", found: 0, needed: 1), .changedMigration(path: "a.db", version: 1, name: "initial"),
        .busy(path: "a.db"), .readOnly(path: "a.db"), .diskFull(path: "a.db"),
        .cannotOpen(path: "a.db", reason: "r"), .ioError(path: "a.db", reason: "r"),
        .damaged(path: "a.db", reason: "r"), .noWriteAheadLog(path: "a.db", mode: "delete"),
        .sqlite(path: "a.db", code: 1, message: "m"), .constraint("a rule"), .badRow(column: "c", reason: "r"),
        .notFinite(field: "f"), .badRecord(field: "f", reason: "r"), .searchExists(name: "n"),
        .noSearch(name: "n", suggestions: ["m", "o"]), .noTrial(selector: "n/1", hint: "h"),
        .ambiguous(text: "n", candidates: ["n1", "n2"]), .badSelector(text: "/", reason: "r"), .badTag("a b"),
        .noRow(table: "trial", id: 3), .duplicateAllocation(search: "n", number: 2, state: "complete"),
        .wrongState(trial: "n/1", state: "failed", wanted: "complete"),
    ]

    @Test("is one whole sentence on one line", arguments: all) func oneLine(error: StoreError) {
        #expect(error.description.hasSuffix(".") || error.description.hasSuffix("them."))
        #expect(!error.description.contains("\n"))
        #expect(error.description != "unknown error.")
    }

    @Test("of a file begins with the file", arguments: all.prefix(15)) func file(error: StoreError) {
        #expect(error.description.hasPrefix("a.db: "))
    }

    @Test("says what to do about a missing file") func hint() {
        #expect(StoreError.notFound(path: "x").description.contains("qpx init"))
    }
}
