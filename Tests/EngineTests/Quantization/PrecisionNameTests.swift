import Testing

@testable import Engine

@Suite("Names of precisions") struct PrecisionNameTests {
    @Test(
        "say blocks and double quantization, and have one canonical form",
        arguments: [
            ("nf4", "nf4", 64, false), ("nf4@64", "nf4", 64, false), ("NF4@128", "nf4@128", 128, false),
            ("nf4+dq", "nf4+dq", 64, true), ("lm3@32+DQ", "lm3@32+dq", 32, true), ("nf4@64+dq", "nf4+dq", 64, true),
            ("int8@4096", "int8@4096", 4096, false), ("dynamic8@16", "dynamic8@16", 16, false),
            ("nf2_sym@256+dq", "nf2_sym@256+dq", 256, true),
        ])
    func options(text: String, canonical: String, blockSize: Int, isDoubleQuantized: Bool) throws {
        let precision = try #require(Precisions.parse(text) as? any BlockwisePrecision)
        #expect(precision.name == canonical)
        #expect(precision.blocks == BlockOptions(size: blockSize, isDoubleQuantized: isDoubleQuantized))
        #expect(Precisions.named(canonical)?.name == canonical)
    }

    @Test(
        "take what is said for all precisions unless they say their own",
        arguments: [
            ("nf4", 128, false, "nf4@128"), ("nf4@32", 128, false, "nf4@32"), ("nf4@64", 128, true, "nf4+dq"),
            ("lm2", nil, true, "lm2+dq"), ("bf16", 128, true, "bf16"), ("q4_0", 32, true, "q4_0"),
        ] as [(String, Int?, Bool, String)])
    func defaults(text: String, blockSize: Int?, doubleQuantization: Bool, name: String) throws {
        let precision = try Precisions.parse(text, blockSize: blockSize, doubleQuantization: doubleQuantization)
        #expect(precision.name == name)
    }

    @Test(
        "with options that cannot be had say why",
        arguments: [
            ("nf4@100", "precision 'nf4@100': no blocks of '100' weights; block sizes are "),
            ("nf4@", "precision 'nf4@': no blocks of '' weights; block sizes are "),
            ("nf4@32@64", "precision 'nf4@32@64': no blocks of '64' weights; block sizes are "),
            ("nf4@+64", "precision 'nf4@+64': no blocks of '' weights; block sizes are "),
            ("nf4@8192", "precision 'nf4@8192': no blocks of '8192' weights; block sizes are "),
            ("nf4+qd", "precision 'nf4+qd': unknown option '+qd'; the only one is '+dq'"),
            ("nf4+", "precision 'nf4+': unknown option '+'; the only one is '+dq'"),
            ("nf4+dq+dq", "precision 'nf4+dq+dq': unknown option '+dq+dq'; the only one is '+dq'"),
            ("bf16@128", "precision 'bf16@128': the blocks of bf16 cannot be chosen; write bf16 without options"),
            ("q4_0+dq", "precision 'q4_0+dq': the blocks of q4_0 cannot be chosen; write q4_0 without options"),
            ("int8_row@64", "precision 'int8_row@64': the blocks of int8_row cannot be chosen"),
            ("uniform4+dq", "precision 'uniform4+dq': the blocks of uniform4 cannot be chosen"),
        ])
    func refused(text: String, message: String) {
        let error = #expect(throws: PrecisionError.self) { try Precisions.parse(text) }
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    }
}
