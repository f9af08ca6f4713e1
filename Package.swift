// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

// Debug builds (the tests) keep preconditions and overflow checks, but a transformer in unoptimised Swift is
// a hundred times slower: Engine and its kernels are optimised in both configurations.
let optimised: [SwiftSetting] = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

let package = Package(
    name: "qpx",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "qpx", targets: ["qpx"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    ],
    targets: [
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite3"])]),
        .target(
            name: "Store", dependencies: ["CSQLite"], resources: [.embedInCode("migrations")], swiftSettings: strict),
        .target(
            name: "CKernels", path: "Sources/Engine/Kernels",
            cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off", "-fno-math-errno"])]),
        .target(name: "Engine", dependencies: ["CKernels"], exclude: ["Kernels"], swiftSettings: optimised),
        .executableTarget(
            name: "qpx",
            dependencies: [
                "Engine", "Store", "Yams",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Mustache", package: "swift-mustache"),
            ],
            resources: [.embedInCode("Page/Front")],
            swiftSettings: strict),
        .executableTarget(name: "ExampleMaker", dependencies: ["Engine"], swiftSettings: optimised),
        .executableTarget(name: "Bench", dependencies: ["Engine", "CKernels"], swiftSettings: optimised),
        .executableTarget(name: "WorkbenchBench", dependencies: ["CSQLite"], swiftSettings: strict),
        .executableTarget(name: "SearchBench", dependencies: ["Engine"], swiftSettings: optimised),
        .testTarget(
            name: "EngineTests", dependencies: ["Engine"],
            exclude: [
                "Architectures/Fixtures", "Evaluation/Fixtures", "GGUF/Fixtures", "Parquet/Fixtures",
                "Tokenizer/Fixtures",
            ],
            swiftSettings: optimised),
        .testTarget(name: "SearchBenchTests", dependencies: ["SearchBench", "Engine"], swiftSettings: optimised),
        .testTarget(
            name: "ExampleMakerTests", dependencies: ["ExampleMaker", "Engine"], swiftSettings: optimised),
        .testTarget(name: "StoreTests", dependencies: ["Store"], swiftSettings: strict),
        .testTarget(name: "QpxTests", dependencies: ["qpx", "Engine", "Store"], swiftSettings: strict),
    ]
)
