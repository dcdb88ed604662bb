import CityBroker
import CityIdentity
import CityKernel
import CityStore
import CityTesting
import CityWeb
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Synchronization

/// A small city with a real database, for tests of what every page shares.
struct TestCity: Sendable {
    let clock = ManualClock(TestStores.morning)
    let store: any Store
    let broker: Broker
    let identity: Identity
    let pages: PageRenderer
    let server: CityServer
    let issuer: StrictIssuer

    /// Opens the city, adds its routes, and asks it without sockets.
    static func with(
        isTLS: Bool = false, health: [any HealthSource] = [],
        routes: @Sendable (CityRouter, TestCity) -> Void = { _, _ in },
        _ body: @Sendable (TestCity, any TestClientProtocol) async throws -> Void
    ) async throws {
        try await opened(.router, isTLS: isTLS, health: health, routes: routes, body)
    }

    /// The same on a socket of this machine, for tests of the connection itself.
    /// - Parameter quick: what the door answers without the router.
    static func live(
        routes: @Sendable (CityRouter, TestCity) -> Void = { _, _ in },
        quick: @Sendable (TestCity) -> QuickAnswers? = { _ in nil },
        _ body: @Sendable (TestCity, any TestClientProtocol) async throws -> Void
    ) async throws {
        try await opened(
            .live, isTLS: false, health: [], routes: routes, quick: quick, body)
    }

    private static func opened(
        _ way: TestingSetup, isTLS: Bool, health: [any HealthSource],
        routes: @Sendable (CityRouter, TestCity) -> Void,
        quick: @Sendable (TestCity) -> QuickAnswers? = { _ in nil },
        _ body: @Sendable (TestCity, any TestClientProtocol) async throws -> Void
    ) async throws {
        try await TestStores.with(
            clock: ManualClock(TestStores.morning),
            migrations: Broker.migrations + Identity.migrations
        ) { store in
            let city = try TestCity(store: store, isTLS: isTLS, health: health)
            let router = city.server.makeRouter()
            routes(router, city)
            let application = city.server.makeApplication(
                router, quick: quick(city), address: .hostname("127.0.0.1", port: 0))
            try await application.test(way) { try await body(city, $0) }
        }
    }

    /// How many pages were answered before the router saw the request, as `/metrics` says.
    var pagesAtDoor: Int { figure("city_http_door_pages_total") }

    /// How many calls of the API were read before the parser saw them.
    var callsAtDoor: Int { figure("city_http_door_calls_total") }

    private func figure(_ name: String) -> Int {
        let line = server.metrics.text.split(separator: "\n")
            .first { $0.hasPrefix(name + " ") }
        return line.flatMap { $0.split(separator: " ").last }.flatMap { Int($0) } ?? -1
    }

    private init(store: any Store, isTLS: Bool, health: [any HealthSource]) throws {
        var logger = Logger(label: "city.test")
        logger.logLevel = .critical
        var limits = IdentityConfiguration()
        limits.scrypt = .quick
        self.store = store
        broker = try Broker(store: store, rules: [], clock: clock, logger: logger)
        identity = Identity(store: store, clock: clock, logger: logger, configuration: limits)
        pages = try PageRenderer(
            site: Site(
                cityName: LocalizedText("人吉市"), serviceName: LocalizedText("人吉市 防災")),
            clock: clock, isTLS: isTLS)
        issuer = StrictIssuer(clock: clock)
        let settings = try OpenIDSettings(
            issuer: StrictIssuer.issuer, clientID: StrictIssuer.clientID,
            redirectAddress: StrictIssuer.redirectAddress, keyPEM: issuer.clientKeyPEM)
        server = CityServer(
            pages: pages, store: store, broker: broker, identity: identity,
            publishedTypes: ["FloodStage", "Shelter"],
            dataFolder: FileManager.default.temporaryDirectory, health: health, clock: clock,
            logger: logger, isTLS: isTLS,
            residentSignIn: OpenIDSignIn(settings, identity: identity, connection: issuer))
    }

    /// Changes one attribute of an entity of the type.
    func change(_ type: String, _ value: Int64) async throws {
        let id = EntityID(type: type, name: "one")
        try await broker.apply(
            [Fact(id, type: type, "value", .property(.integer(value)))], source: "test")
    }
}

/// Counts how often something ran.
final class Count: Sendable {
    private let value = Mutex(0)
    var now: Int { value.withLock { $0 } }
    @discardableResult
    func up() -> Int {
        value.withLock {
            $0 += 1
            return $0
        }
    }
}

extension TestClientProtocol {
    func get(_ path: String, _ headers: HTTPFields = [:]) async throws -> TestResponse {
        try await execute(uri: path, method: .get, headers: headers)
    }

    func post(
        _ path: String, _ form: String, _ headers: HTTPFields = [:]
    ) async throws
        -> TestResponse
    {
        var headers = headers
        headers[.contentType] = "application/x-www-form-urlencoded"
        return try await execute(
            uri: path, method: .post, headers: headers, body: ByteBuffer(string: form))
    }
}

extension TestResponse {
    var text: String { String(buffer: body) }
}

let person: HTTPFields = [.accept: "text/html,application/xhtml+xml"]
