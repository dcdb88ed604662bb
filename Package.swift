// swift-tools-version: 6.2
import Foundation
import PackageDescription

// The house, ring by ring. A line here is an arrow in the diagram of ARCHITECTURE.md:
//
//   Kernel ← Vocabulary ← Fields          Edge → Platform
//   Kernel ← Store ← Platform ← Fields    App  → everything
//
// `CITY_FIELDS=Disaster` keeps only the named fields (comma separated) for a fast inner loop;
// `CITY_SUITES=CityStore swift build --product CityOSPackageTests` builds only that target's tests;
// `CITY_STRICT=1` turns warnings into errors, as `./test` and CI do; `CITY_BENCH=1` adds the
// benchmarks, which need a package that nobody else needs.

enum Asked {
    static let environment = ProcessInfo.processInfo.environment
    static let fields = environment["CITY_FIELDS"].map { $0.split(separator: ",").map(String.init) }
    static let suites = environment["CITY_SUITES"].map { $0.split(separator: ",").map(String.init) }
    static let strict = environment["CITY_STRICT"] == "1"
    static let benchmarks = environment["CITY_BENCH"] == "1"
}

// MARK: - Libraries that the city stands on

let collections = library("DequeModule", "swift-collections")
let heap = library("HeapModule", "swift-collections")
let ordered = library("OrderedCollections", "swift-collections")
let logging = library("Logging", "swift-log")
let lifecycle = library("ServiceLifecycle", "swift-service-lifecycle")
let signals = library("UnixSignals", "swift-service-lifecycle")
let crypto = library("Crypto", "swift-crypto")
let cryptoExtras = library("CryptoExtras", "swift-crypto")
let grdb = library("GRDB", "GRDB.swift")
let sqlite = library("GRDBSQLite", "GRDB.swift")
let nioCore = library("NIOCore", "swift-nio")
let nioPosix = library("NIOPosix", "swift-nio")
let nioHTTP1 = library("NIOHTTP1", "swift-nio")
let nioSSL = library("NIOSSL", "swift-nio-ssl")
let httpTypes = library("HTTPTypes", "swift-http-types")
let hummingbird = library("Hummingbird", "hummingbird")
let hummingbirdCore = library("HummingbirdCore", "hummingbird")
let hummingbirdTesting = library("HummingbirdTesting", "hummingbird")
let httpClient = library("AsyncHTTPClient", "async-http-client")
let mustache = library("Mustache", "swift-mustache")
let yams = library("Yams", "Yams")
let arguments = library("ArgumentParser", "swift-argument-parser")
let jwt = library("JWTKit", "jwt-kit")

// MARK: - Rings

let system: [Target] = [
    .systemLibrary(
        name: "CLibPQ", path: "Sources/System/CLibPQ", pkgConfig: "libpq",
        providers: [.apt(["libpq-dev"])]),
    .systemLibrary(
        name: "CMosquitto", path: "Sources/System/CMosquitto", pkgConfig: "libmosquitto",
        providers: [.apt(["libmosquitto-dev"])]),
    .systemLibrary(
        name: "CGEOS", path: "Sources/System/CGEOS", pkgConfig: "geos",
        providers: [.apt(["libgeos-dev"])]),
    .systemLibrary(
        name: "CZlib", path: "Sources/System/CZlib", pkgConfig: "zlib",
        providers: [.apt(["zlib1g-dev"])]),
]

let kernel = ring(
    "CityKernel", path: "Sources/Kernel", uses: [])

let vocabulary = ring(
    "CityVocabulary", path: "Sources/Vocabulary", uses: ["CityKernel"])

let platform: [Target] = [
    ring(
        "CityStore",
        uses: [
            "CityKernel", grdb, sqlite, "CLibPQ", crypto, logging, lifecycle, collections, heap,
        ]),
    ring("CityPlaces", uses: ["CityKernel", "CGEOS"]),
    ring(
        "CityBroker",
        uses: [
            "CityKernel", "CityStore", "CityPlaces", httpClient, nioCore, nioPosix, nioHTTP1,
            nioSSL, logging, collections, ordered,
        ]),
    ring(
        "CityIdentity",
        uses: ["CityKernel", "CityStore", crypto, cryptoExtras, jwt, logging]),
    ring("CityConsent", uses: ["CityKernel", "CityStore", "CityIdentity", crypto]),
    ring("CityRelease", uses: ["CityKernel", "CityStore", crypto]),
    ring(
        "CityGateway", uses: ["CityKernel", "CityStore", "CityIdentity", jwt, logging, lifecycle]),
    ring(
        "CityWeb",
        uses: [
            "CityKernel", "CityStore", "CityBroker", "CityIdentity", hummingbird, hummingbirdCore,
            mustache, httpTypes, nioCore, nioHTTP1, nioSSL, "CZlib", crypto, logging, lifecycle,
            collections,
        ],
        resources: [.copy("Templates"), .copy("Assets")]),
    ring(
        "CityPlatform",
        uses: [
            "CityKernel", "CityVocabulary", "CityStore", "CityBroker", "CityIdentity",
            "CityConsent", "CityGateway", "CityPlaces", "CityRelease", "CityWeb", hummingbird,
            httpTypes, httpClient, nioCore, nioHTTP1, logging, lifecycle, yams, collections,
        ],
        resources: [.copy("Templates")]),
]

/// Fields never depend on each other: what they share is in Vocabulary and Platform.
let fields: [Target] = [
    field(
        "Disaster",
        uses: ["CityStore", "CityBroker", "CityPlaces", "CityWeb", "CityIdentity", "CityPlatform"],
        resources: [.copy("Templates")])
]

let edge = ring(
    "CityEdge", path: "Sources/Edge",
    uses: [
        "CityKernel", "CityVocabulary", "CityStore", "CityBroker", "CityIdentity", "CityWeb",
        "CityPlatform", "CMosquitto", "CZlib", httpClient, hummingbird, httpTypes, nioCore,
        nioPosix, nioHTTP1, logging, lifecycle,
    ],
    resources: [.copy("Layouts"), .copy("Templates")])

let app: [Target] = [
    ring(
        "CityApp", path: "Sources/App/CityApp",
        uses: [
            "CityKernel", "CityVocabulary", "CityStore", "CityBroker", "CityIdentity",
            "CityConsent", "CityGateway", "CityPlaces", "CityRelease", "CityWeb", "CityPlatform",
            "CityEdge", hummingbird, httpTypes, logging, lifecycle, signals, nioCore,
        ] + fields.filter(isBuilt).map { .init(stringLiteral: $0.name) },
        defines: fields.filter(isBuilt).map { "FIELD_" + $0.name.dropFirst(4).uppercased() }),
    .executableTarget(
        name: "cityos",
        dependencies: [
            "CityApp", "CityBroker", "CityEdge", "CityIdentity", "CityKernel", "CityPlatform",
            "CityRelease", "CityStore", arguments, logging,
        ],
        path: "Sources/App/cityos", swiftSettings: settings()),
]

// MARK: - Tests mirror the sources

let tests: [Target] =
    [
        .target(
            name: "CityTesting",
            dependencies: [
                "CityKernel", "CityVocabulary", "CityStore", "CityBroker", "CityIdentity",
                "CMosquitto", jwt, logging, nioCore, nioPosix, hummingbird,
            ],
            path: "Tests/CityTesting", swiftSettings: settings()),
        suite("CityKernelTests", uses: ["CityKernel"]),
        suite("CityVocabularyTests", uses: ["CityKernel", "CityVocabulary"]),
        suite("CityStoreTests", uses: ["CityKernel", "CityStore", logging, lifecycle]),
        suite("CityPlacesTests", uses: ["CityKernel", "CityPlaces"]),
        suite(
            "CityBrokerTests",
            uses: [
                "CityKernel", "CityStore", "CityBroker", httpClient, httpTypes, nioCore, nioHTTP1,
                nioSSL, logging,
            ]),
        suite("CityIdentityTests", uses: ["CityKernel", "CityStore", "CityIdentity", logging]),
        suite("CityReleaseTests", uses: ["CityKernel", "CityStore", "CityRelease"]),
        suite(
            "CityGatewayTests",
            uses: [
                "CityKernel", "CityStore", "CityIdentity", "CityGateway", jwt, crypto, logging,
            ]),
        suite(
            "CityConsentTests",
            uses: ["CityKernel", "CityStore", "CityIdentity", "CityConsent", logging]),
        suite(
            "CityWebTests",
            uses: [
                "CityKernel", "CityStore", "CityBroker", "CityIdentity", "CityWeb", hummingbird,
                hummingbirdTesting, httpTypes, nioCore, nioPosix, logging,
            ]),
        suite(
            "CityPlatformTests",
            uses: [
                "CityKernel", "CityVocabulary", "CityStore", "CityBroker", "CityIdentity",
                "CityConsent", "CityWeb", "CityPlatform", hummingbird, hummingbirdTesting, logging,
            ]),
        suite(
            "CityEdgeTests",
            uses: [
                "CityKernel", "CityVocabulary", "CityStore", "CityBroker", "CityPlatform",
                "CityIdentity", "CityWeb", "CityEdge", "CMosquitto", "CZlib",
                hummingbird, hummingbirdTesting, httpTypes, httpClient, nioCore, nioPosix, logging,
            ],
            resources: [.copy("Fixtures")]),
        suite(
            "CityScenarios",
            uses: [
                "CityKernel", "CityVocabulary", "CityStore", "CityBroker", "CityIdentity", "CityWeb",
                "CityPlatform", "CityApp", hummingbird, hummingbirdTesting, httpTypes, nioCore,
                logging,
            ]),
    ]
    + fields.map {
        suite(
            $0.name + "FieldTests",
            uses: [
                "CityKernel", "CityVocabulary", "CityStore", "CityBroker", "CityIdentity",
                "CityConsent", "CityGateway", "CityPlaces", "CityWeb", "CityPlatform",
                .init(stringLiteral: $0.name), hummingbird, hummingbirdTesting, httpTypes, nioCore,
                logging,
            ])
    }

// MARK: - Benchmarks see package-wide names, so they are targets of this package

let benchmarks: [Target] = [
    .executableTarget(
        name: "CityBenchmarks",
        dependencies: [
            "CityKernel", "CityStore", "CityBroker", "CityTesting", grdb,
            library("Benchmark", "benchmark"),
        ],
        path: "Benchmarks/CityBenchmarks",
        swiftSettings: [.swiftLanguageMode(.v6)],
        plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
]

let benchmarkPackage = Package.Dependency.package(
    url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: [])

let package = Package(
    name: "CityOS",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "cityos", targets: ["cityos"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ] + (Asked.benchmarks ? [benchmarkPackage] : []),
    targets: system + [kernel, vocabulary] + platform + fields.filter(isBuilt) + [edge] + app
        + tests.filter(isBuilt) + (Asked.benchmarks ? benchmarks : [])
)

// MARK: - Vocabulary of this file

func settings() -> [SwiftSetting] {
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ] + (Asked.strict ? [.treatAllWarnings(as: .error)] : [])
}

func library(_ product: String, _ package: String) -> Target.Dependency {
    .product(name: product, package: package)
}

func ring(
    _ name: String, path: String? = nil, uses: [Target.Dependency], resources: [Resource] = [],
    defines: [String] = []
) -> Target {
    .target(
        name: name, dependencies: uses, path: path ?? "Sources/Platform/\(name)",
        exclude: ["README.md"], resources: resources,
        swiftSettings: settings() + defines.map { .define($0) })
}

func field(_ name: String, uses: [Target.Dependency], resources: [Resource] = []) -> Target {
    ring(
        "City\(name)", path: "Sources/Fields/\(name)",
        uses: ["CityKernel", "CityVocabulary", hummingbird, logging] + uses, resources: resources)
}

func suite(_ name: String, uses: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(
        name: name, dependencies: uses + ["CityTesting"], path: "Tests/\(name)",
        resources: resources, swiftSettings: settings())
}

/// `CITY_SUITES` keeps only the named suites. A field that `CITY_FIELDS` leaves out takes its tests
/// with it; the scenarios need every field.
func isBuilt(_ target: Target) -> Bool {
    if let suites = Asked.suites, target.type == .test {
        return suites.contains { target.name == "\($0)Tests" }
    }
    guard let asked = Asked.fields else { return true }
    if target.name == "CityScenarios" { return false }
    let isPartOfField = target.path?.hasPrefix("Sources/Fields/") ?? false
    let isTestOfField = target.type == .test && target.name.hasSuffix("FieldTests")
    guard isPartOfField || isTestOfField else { return true }
    return asked.contains { target.name == "City\($0)" || target.name == "City\($0)FieldTests" }
}
