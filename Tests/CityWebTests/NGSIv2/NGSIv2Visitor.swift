import CityBroker
import CityKernel
import CityStore
import CityTesting
import CityWeb
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Testing

/// A client of `/v2`.
struct NGSIv2Visitor {
    let client: any TestClientProtocol

    @discardableResult
    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil,
        type: String = "application/json", service: String? = nil, scope: String? = nil,
        expect status: Int
    ) async throws -> TestResponse {
        var fields = HTTPFields()
        if body != nil { fields[.contentType] = type }
        if let service { fields[HTTPField.Name("Fiware-Service")!] = service }
        if let scope { fields[HTTPField.Name("Fiware-ServicePath")!] = scope }
        let answer = try await client.execute(
            uri: "/v2" + path, method: method, headers: fields,
            body: body.map { ByteBuffer(string: $0) })
        #expect(
            answer.status.code == status,
            "\(method) \(path): \(String(buffer: answer.body))")
        return answer
    }

    func json(
        _ path: String, service: String? = nil, scope: String? = nil
    ) async throws -> JSONValue {
        let answer = try await send(.get, path, service: service, scope: scope, expect: 200)
        return try JSONValue(parsing: answer.body.readableBytesView)
    }

    /// Makes something and returns its id.
    func made(
        _ path: String, _ body: String, service: String? = nil, scope: String? = nil
    ) async throws -> String {
        let answer = try await send(
            .post, path, body, service: service, scope: scope, expect: 201)
        return answer.headers[.location]?.split(separator: "/").last.map(String.init) ?? ""
    }

    /// A city with `/v2`, `/ngsi-ld/v1` and tenants.
    static func visit(
        _ engine: TestEngine = .sqlite, clock: any CityClock = ManualClock(TestStores.morning),
        _ body: @Sendable @escaping (NGSIv2Visitor, Broker) async throws -> Void
    ) async throws {
        try await TestBrokers.with(engine, clock: clock) { broker in
            let tenants = TenantDirectory(home: broker) { _, _ in
                let store = try await Stores.open(
                    StoreConfiguration(location: try TestStores.makeLocation()),
                    clock: clock, logger: Logger(label: "test"))
                try await store.migrate(Broker.migrations)
                return try TestBrokers.make(on: store)
            }
            let router = CityRouter(context: CityRequestContext.self)
            router.add(middleware: ProblemMiddleware(pages: try Design.renderer()))
            addNGSIv2Routes(to: router, broker: broker, access: .open, tenants: tenants)
            addNGSILDRoutes(to: router, broker: broker, access: .open, tenants: tenants)
            try await Application(router: router).test(.router) { client in
                try await body(NGSIv2Visitor(client: client), broker)
            }
            await tenants.close()
        }
    }
}
