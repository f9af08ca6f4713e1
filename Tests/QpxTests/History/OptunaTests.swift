import Foundation
import Store
import Testing

@testable import qpx

@Suite("Studies of Optuna") struct OptunaTests {
    /// A folder with a complete search `s`, and an empty one `t` over the same units.
    private func folder(direction: String = "minimize") throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        _ = try folder.file("space.json", ImportTests.space)
        _ = try Binary.run(["init"], in: folder.path)
        for (name, trials) in [("s", "6"), ("t", "1")] {
            let run = try Binary.run(
                [
                    "search", "--space", "space.json", "--evaluator", CommandEvaluatorTests.number, "--objective", "f1",
                    "--direction", name == "t" ? direction : "minimize", "--budget", "5bpw", "--trials", trials,
                    "--name", name, "--quiet",
                ], in: folder.path)
            #expect(run.status == 0, "\(run.error)")
        }
        return folder
    }

    private func trials(_ folder: TemporaryFolder, _ search: String) throws -> [TrialRecord] {
        let store = try Store(path: folder.path + "/qpx.db", access: .read)
        return try store.trials(TrialFilter(search: try store.search(named: search).id))
    }

    private func export(_ folder: TemporaryFolder) throws -> ForeignDatabase {
        let run = try Binary.run(["export", "optuna", "s", "--out", "o.db"], in: folder.path)
        #expect(run.status == 0 && run.out == "s: 6 trials\n", "\(run.error)")
        return try ForeignDatabase(path: folder.path + "/o.db")
    }

    @Test("are written with the tables, versions and columns that Optuna 4 has")
    func schema() throws {
        let database = try export(folder())
        #expect(
            try database.tables() == [
                "alembic_version", "studies", "study_directions", "study_system_attributes", "study_user_attributes",
                "trial_heartbeats", "trial_intermediate_values", "trial_params", "trial_system_attributes",
                "trial_user_attributes", "trial_values", "trials", "version_info",
            ])
        #expect(try database.rows("SELECT * FROM alembic_version")[0]["version_num"] == .text("v3.2.0.a"))
        #expect(try database.rows("SELECT * FROM version_info")[0]["schema_version"] == .integer(12))
        let columns = try database.rows("SELECT name FROM pragma_table_info('trial_params')").compactMap(
            \.["name"]?.text)
        #expect(columns == ["param_id", "trial_id", "param_name", "param_value", "distribution_json"])
        #expect(try database.rows("SELECT * FROM study_directions")[0]["direction"] == .text("MINIMIZE"))
    }

    @Test("hold every trial with an allocation: parameters, value, bytes, and the budget as a constraint")
    func contents() throws {
        let folder = try folder()
        let database = try export(folder)
        let own = try trials(folder, "s")
        let rows = try database.rows("SELECT * FROM trials ORDER BY number")
        #expect(rows.compactMap { $0["number"]?.integer } == Array(0..<6))
        #expect(rows.allSatisfy { $0["state"] == .text("COMPLETE") })
        let start = rows[0]["datetime_start"]?.text ?? ""
        #expect(start.wholeMatch(of: /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}/) != nil)
        for (row, trial) in zip(rows, own) {
            let id: [String: ForeignValue] = ["id": row["trial_id"] ?? .null]
            let values = try database.rows("SELECT * FROM trial_values WHERE trial_id = :id", id)
            #expect(values.map(\.["value"]?.number) == [trial.objectiveValue])
            let parameters = try database.rows(
                "SELECT * FROM trial_params WHERE trial_id = :id ORDER BY param_name", id)
            #expect(parameters.map(\.["param_name"]?.text) == ["b0", "b1", "b2"])
            let names = ["q2", "q4", "q8"]
            let words = parameters.compactMap { $0["param_value"]?.integer }.map { names[$0] }
            #expect(words.joined(separator: ",") == trial.allocation)
            #expect(
                parameters[0]["distribution_json"]
                    == .text(#"{"name": "CategoricalDistribution", "attributes": {"choices": ["q2", "q4", "q8"]}}"#))
            let attributes = try database.rows("SELECT * FROM trial_user_attributes WHERE trial_id = :id", id)
            let bytes = attributes.first { $0["key"] == .text("bytes") }
            #expect(bytes?["value_json"] == .text("\(trial.weightBytes ?? -1)"))
            let constraint = try database.rows("SELECT * FROM trial_system_attributes WHERE trial_id = :id", id)
            let excess = (trial.weightBytes ?? 0) - 225
            #expect(constraint.map(\.["value_json"]) == [.text("[\(excess)]")] && (excess <= 0) == trial.isWithinBudget)
        }
    }

    @Test("come back as the trials that they were")
    func roundTrip() throws {
        let folder = try folder()
        _ = try export(folder)
        let own = try trials(folder, "s")
        let before = try trials(folder, "t")
        let run = try Binary.run(["import", "optuna", "o.db", "--study", "s", "--into", "t"], in: folder.path)
        #expect(run.status == 0, "\(run.error)")
        let after = try trials(folder, "t").filter { $0.origin == .imported }
        #expect(after.map(\.allocation) == own.map(\.allocation))
        #expect(after.map(\.objectiveValue) == own.map(\.objectiveValue))
        #expect(after.map(\.weightBytes) == own.map(\.weightBytes))
        #expect(after.map(\.isWithinBudget) == own.map(\.isWithinBudget))
        #expect(after.count { $0.kind == .rerun } == 1, "the allocation that t has already is repeated")
        #expect(after[1].provenance == "optuna \(folder.path)/o.db study s trial 1")
        let again = try Binary.run(["import", "optuna", "o.db", "--into", "t"], in: folder.path)
        #expect(again.out == "t: 0 new trials, 6 known already\n", "\(again.error)")
        #expect(try trials(folder, "t").count == before.count + 6)
    }

    @Test("are refused when they are for something else")
    func refused() throws {
        let folder = try folder(direction: "maximize")
        _ = try export(folder)
        func take(_ arguments: [String]) throws -> Binary.Run {
            try Binary.run(["import", "optuna"] + arguments + ["--into", "t"], in: folder.path)
        }
        let direction = try take(["o.db"])
        #expect(direction.status == 1 && direction.error.contains("is to minimize, search 't' to maximize"))
        let study = try take(["o.db", "--study", "x"])
        #expect(study.status == 3 && study.error.contains("it has 's'"), "\(study.error)")
        #expect(try take(["none.db"]).status == 3)
        #expect(try take(["qpx.db"]).error.contains("has not the tables of an Optuna study"))
        #expect(try take(["space.json"]).status == 1)
        let other = try Binary.run(["export", "optuna", "s", "--out", "o.db"], in: folder.path)
        #expect(other.status == 4)
        #expect(try Binary.run(["export", "optuna", "s", "--out", "no/o.db"], in: folder.path).status == 3)
        #expect(folder.names.allSatisfy { !$0.hasSuffix(".partial") })
    }

    @Test("leave nothing behind and change nothing in the file that they are read from")
    func readOnly() throws {
        let folder = try folder()
        _ = try export(folder)
        let path = folder.path + "/o.db"
        let bytes = try Data(contentsOf: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: path)
        #expect(try Binary.run(["import", "optuna", "o.db", "--into", "t"], in: folder.path).status == 0)
        #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
        #expect(folder.names.filter { $0.hasPrefix("o.db") } == ["o.db"])
    }
}
