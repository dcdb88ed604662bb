import CityBroker
import CityConsent
import CityGateway
import CityIdentity
import CityKernel
import CityPlatform
import CityStore
import CityTesting
import CityVocabulary
import CityWeb
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore

@testable import CityDisaster

/// This field alone in a real city: its folder, a real database, a clock that we move, no sockets.
struct FieldCity: Sendable {
    let city: City
    let clock: ManualClock
    let client: any TestClientProtocol

    var broker: Broker { city.broker }
    var face: EntityID { city.configuration.gauges[0].entityID }

    static func with<Value>(
        _ name: String, at start: Timestamp,
        _ body: @escaping @Sendable (FieldCity) async throws -> Value
    ) async throws -> Value {
        let clock = ManualClock(start)
        return try await TestStores.with(
            clock: clock, migrations: Broker.migrations + Identity.migrations
        ) { store in
            let city = try await open(name, store, clock)
            let server = CityServer(
                pages: city.pages, store: store, broker: city.broker, identity: city.identity,
                publishedTypes: [], dataFolder: city.dataFolder, clock: clock, logger: logger)
            let router = server.makeRouter()
            for service in DisasterField.services(of: city.configuration) {
                try service.addRoutes(to: router, of: city)
            }
            return try await Application(router: router).test(.router) { client in
                try await body(FieldCity(city: city, clock: clock, client: client))
            }
        }
    }

    private static let logger = Logger(label: "field") { _ in SwiftLogNoOpLogHandler() }

    /// Hashing that a debug build can wait for; identity's own tests use the real strength.
    private static var quickIdentity: IdentityConfiguration {
        var configuration = IdentityConfiguration()
        configuration.scrypt = .quick
        return configuration
    }

    private static func open(
        _ name: String, _ store: any Store, _ clock: ManualClock
    ) async throws -> City {
        let configuration = try Folder.configuration(name)
        let services = DisasterField.services(of: configuration)
        let broker = try Broker(
            store: store, rules: services.flatMap { $0.rules() }, clock: clock, logger: logger)
        let collector = DiagnosticCollector()
        for service in services {
            let opening = service.openingFacts(of: configuration, into: collector)
            try await broker.apply(opening.always + opening.ifUnknown, source: "city-folder")
        }
        let gauges = ServiceManifest(
            id: "edge.river-gauges", ring: .edge, title: LocalizedText("水位計"),
            summary: LocalizedText("試験"), planItems: ["A3"],
            writes: [WaterLevelObserved.entityType, CameraStill.entityType])
        let faces = services.map(\.face)
        let identity = Identity(
            store: store, clock: clock, logger: logger, configuration: quickIdentity)
        return City(
            configuration: configuration,
            registry: try Registry(
                manifests: services.map(\.manifest) + [gauges], rules: []),
            store: store, broker: broker,
            identity: identity,
            consent: Consent(
                catalogue: configuration.consent, store: store, key: VaultKey(), clock: clock),
            gateway: Gateway(store: store, identity: identity, clock: clock, logger: logger),
            pages: try PageRenderer(
                site: Site(
                    cityName: configuration.name, serviceName: configuration.name,
                    citizenMenu: faces.flatMap(\.citizenMenu),
                    staffMenu: faces.flatMap(\.staffMenu)),
                directories: [DisasterField.templates], texts: faces.map(\.texts), clock: clock),
            clock: clock, logger: logger, dataFolder: FileManager.default.temporaryDirectory,
            isOpenAPI: false)
    }

    /// Tells a reading at the moment it was observed.
    func observe(_ centimetres: Int?, at instant: Timestamp) async throws {
        clock.advance(to: instant)
        let reading = WaterLevelObserved(
            id: face, levelCentimetres: centimetres, observedAt: instant)
        try await broker.apply(reading.facts, source: "gauge")
    }

    func page(_ path: String, cookie: String? = nil) async throws -> String {
        var headers: HTTPFields = [.acceptLanguage: "ja", .accept: "text/html"]
        if let cookie { headers[.cookie] = cookie }
        return try await client.execute(uri: path, method: .get, headers: headers) { response in
            String(buffer: response.body)
        }
    }

    func status(_ path: String) async throws -> HTTPResponse.Status {
        try await client.execute(uri: path, method: .get) { $0.status }
    }

    // MARK: - Staff

    /// The cookie of a person who signed in and chose a password.
    func signIn() async throws -> String {
        guard let first = try await city.identity.createFirstStaff() else {
            throw Problem(.conflict, title: "staff exists", detail: "")
        }
        let password = "川の水位を見る人の長い合言葉1"
        let opened = try await city.identity.signIn(
            Credentials(login: first.staff.login, password: first.password, address: "test"))
        try await city.identity.changePassword(
            of: opened.session, current: first.password, new: password, address: "test")
        let signedIn = try await city.identity.signIn(
            Credentials(login: first.staff.login, password: password, address: "test"))
        return "session=\(signedIn.token.text)"
    }

    /// Sends a form as the page at `path` would, with its token.
    func post(
        _ fields: [(String, String)], to path: String, from page: String? = nil, cookie: String
    ) async throws -> (status: HTTPResponse.Status, location: String?, body: String) {
        let html = try await self.page(page ?? path, cookie: cookie)
        let token = html.firstMatch(of: /name="csrf" value="([^"]+)"/)?.1 ?? ""
        let body = (fields + [("csrf", String(token))])
            .map { "\($0.percentEncoded)=\($1.percentEncoded)" }.joined(separator: "&")
        return try await client.execute(
            uri: path, method: .post,
            headers: [
                .cookie: cookie, .acceptLanguage: "ja", .accept: "text/html",
                .contentType: "application/x-www-form-urlencoded",
            ], body: ByteBuffer(string: body)
        ) { ($0.status, $0.headers[.location], String(buffer: $0.body)) }
    }
}
