import Store
import Testing

@testable import qpx

struct EvaluatorReplyTests {
    @Test(
        "The last JSON object of the output is the reply, whatever is printed around it",
        arguments: [
            #"{"value": 0.61}"#,
            "epoch 1\nepoch 2\n" + #"{"value": 0.61}"# + "\n\n",
            #"{"value": 0.5}"# + "\nagain\n" + #"  {"value": 0.61}"# + "\ngoodbye\n",
            "loading {weights}\n{\n  \"protocol\": 1,\n  \"objective\": {\n    \"value\": 0.61\n  }\n}\n",
            "{not json\n" + #"{"metrics": {"accuracy": 0.61}}"#,
        ])
    func lastObject(output: String) throws {
        let reply = try EvaluatorReplyParser.reply(inOutput: output)
        #expect(try reply.objective(named: "accuracy") == .init(value: 0.61, standardError: nil))
    }

    @Test("Metrics keep name, task, standard error, count and step")
    func metrics() throws {
        let reply = try EvaluatorReplyParser.reply(
            inFile: """
                {"protocol": 1, "metrics": [
                  {"name": "acc", "task": "piqa", "value": 0.61, "standard_error": 0.01, "count": 500},
                  {"name": "validation_loss", "value": -2e-3, "step": 30}],
                 "objective": {"value": 0.7, "standard_error": 0.02}, "comment": "is not read"}
                """)
        #expect(
            reply.metrics == [
                MetricRecord(name: "acc", task: "piqa", value: 0.61, standardError: 0.01, count: 500),
                MetricRecord(name: "validation_loss", value: -0.002, step: 30),
            ])
        let result = try reply.result(objective: "anything", durationSeconds: 2)
        #expect(result.objectiveValue == 0.7)
        #expect(result.objectiveStandardError == 0.02)
        #expect(result.metrics.count == 2)
    }

    @Test(
        "The objective is found among the metrics by its name",
        arguments: [
            ("loss", 1.0), ("acc/piqa", 0.6), ("acc/boolq", 0.7), ("only", 3.0), ("only/text", 3.0),
        ])
    func objectiveByName(name: String, value: Double) throws {
        let reply = try EvaluatorReplyParser.reply(
            inFile: """
                {"metrics": [{"name": "loss", "value": 1}, {"name": "loss", "task": "other", "value": 2},
                  {"name": "acc", "task": "piqa", "value": 0.6}, {"name": "acc", "task": "boolq", "value": 0.7},
                  {"name": "only", "task": "text", "value": 3}]}
                """)
        #expect(try reply.objective(named: name).value == value)
    }

    @Test("An objective that several tasks have is not guessed, one that none has is named")
    func unclearObjective() throws {
        let reply = try EvaluatorReplyParser.reply(
            inFile: #"{"metrics": [{"name": "a", "task": "x", "value": 1}, {"name": "a", "task": "y", "value": 2}]}"#)
        #expect(throws: EvaluatorReplyError.ambiguousObjective(name: "a", metrics: ["a/x", "a/y"])) {
            try reply.objective(named: "a")
        }
        #expect(throws: EvaluatorReplyError.noObjective(name: "b", metrics: ["a/x", "a/y"])) {
            try reply.objective(named: "b")
        }
    }

    @Test("A reply may say why there is no result")
    func failure() throws {
        let reply = try EvaluatorReplyParser.reply(inOutput: #"{"protocol": 1, "error": "out of memory"}"#)
        #expect(reply.error == "out of memory")
    }

    @Test(
        "What is no reply is refused in one line that names the field",
        arguments: [
            (#"{"protocol": 2, "value": 1}"#, "protocol is 2"),
            (#"{"protocol": "1", "value": 1}"#, "protocol is '1'"),
            (#"{"value": NaN}"#, "value is NaN"),
            (#"{"value": -Infinity}"#, "value is -Infinity"),
            (#"{"value": 1e999}"#, "value is 1e999"),
            (#"{"value": "0.6"}"#, "value is '0.6'"),
            (#"{"value": 1, "value": 2}"#, "members is there twice: value"),
            (#"{"objective": 3}"#, "objective is 3"),
            (#"{"objective": {"standard_error": 3}}"#, "no objective.value"),
            (#"{"objective": {"value": 3, "standard_error": -1}}"#, "objective.standard_error is -1"),
            (#"{"metrics": 7}"#, "metrics is 7"),
            (#"{"metrics": {"a": null}}"#, "metrics.a is null"),
            (#"{"metrics": {"a": 1, "a": 2}}"#, "metric is there twice: a"),
            (#"{"metrics": [{"name": "a", "value": 1}, {"name": "a", "value": 1}]}"#, "metric is there twice: a"),
            (#"{"metrics": [{"value": 1}]}"#, "no metrics[0].name"),
            (#"{"metrics": [{"name": "", "value": 1}]}"#, "metrics[0].name is ''"),
            (#"{"metrics": [{"name": "a\nb", "value": 1}]}"#, "metrics[0].name is"),
            (#"{"metrics": [3]}"#, "metrics[0] is 3"),
            (#"{"metrics": [{"name": "a", "value": 1, "count": 1.5}]}"#, "metrics[0].count is 1.5"),
            (#"{"metrics": [{"name": "a", "value": 1, "task": 4}]}"#, "metrics[0].task is 4"),
            (#"{"error": 4}"#, "error is 4"),
            (#"{"metircs": {}}"#, "no metrics, objective, value or error"),
            ("[]", "document is a list"),
            ("", "not JSON"),
            ("{", "not JSON"),
        ])
    func refused(text: String, message: String) throws {
        let error = try #require(throws: EvaluatorReplyError.self) { try EvaluatorReplyParser.reply(inFile: text) }
        #expect(error.description.contains(message))
        #expect(!error.description.contains("\n"))
    }

    @Test("Output without an object is refused", arguments: ["", "done\n", "{\n", "[1]\n", "accuracy 0.6"])
    func noObject(output: String) {
        #expect(throws: EvaluatorReplyError.nothing) { try EvaluatorReplyParser.reply(inOutput: output) }
    }
}
