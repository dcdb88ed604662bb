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

@Suite("NGSI-LD の過去の入口")
struct TemporalDoorsTests {
    private static let root = "/ngsi-ld/v1/temporal/entities"
    private static let car = "urn:ngsi-ld:Vehicle:1"
    private static let since2026 = "timerel=after&timeAt=2026-01-01T00:00:00Z"

    private struct Visitor {
        let client: any TestClientProtocol

        func send(
            _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil,
            tenant: String? = nil
        ) async throws -> TestResponse {
            var fields = HTTPFields()
            fields[HTTPField.Name("NGSILD-Tenant")!] = tenant
            if body != nil { fields[.contentType] = "application/json" }
            return try await client.execute(
                uri: path, method: method, headers: fields,
                body: body.map { ByteBuffer(string: $0) })
        }

        func json(_ path: String) async throws -> JSONValue {
            try JSONValue(parsing: try await send(.get, path).body.readableBytesView)
        }
    }

    /// A city that shows six values in one answer.
    private func visit(_ body: @Sendable (Visitor) async throws -> Void) async throws {
        let clock = ManualClock(TestStores.morning)
        try await TestStores.with(clock: clock, migrations: Broker.migrations) { store in
            var quiet = Logger(label: "city.test")
            quiet.logLevel = .critical
            let logger = quiet
            let broker = try Broker(
                store: store, rules: [], clock: clock, logger: logger,
                history: HistorySettings(instancesMax: 6))
            let router = CityRouter(context: CityRequestContext.self)
            router.add(middleware: ProblemMiddleware(pages: try Design.renderer()))
            let tenants = TenantDirectory(home: broker) { _, _ in
                let store = try await Stores.open(
                    StoreConfiguration(location: try TestStores.makeLocation()), clock: clock,
                    logger: logger)
                try await store.migrate(Broker.migrations)
                return try TestBrokers.make(on: store)
            }
            addNGSILDRoutes(to: router, broker: broker, access: .open, tenants: tenants)
            try await Application(router: router).test(.router) { client in
                try await body(Visitor(client: client))
            }
            await tenants.close()
        }
    }

    private func speeds(_ range: Range<Int>) -> String {
        range.map { hour in
            """
            {"type":"Property","value":\(hour),"observedAt":"2026-03-01T0\(hour):00:00Z"}
            """
        }.joined(separator: ",")
    }

    private func makeCar(_ visitor: Visitor, _ hours: Range<Int> = 0..<4) async throws {
        let made = try await visitor.send(
            .post, Self.root,
            #"{"id":"\#(Self.car)","type":"Vehicle","speed":[\#(speeds(hours))]}"#)
        #expect(made.status == .created)
        #expect(made.headers[.location] == "\(Self.root)/\(Self.car)")
    }

    @Test("書き、足し、読み、直し、消す")
    func lifecycle() async throws {
        try await visit { visitor in
            try await makeCar(visitor)
            let added = try await visitor.send(
                .post, "\(Self.root)/\(Self.car)/attrs", #"{"speed":[\#(speeds(5..<6))]}"#)
            #expect(added.status == .noContent)
            var json = try await visitor.json("\(Self.root)/\(Self.car)")
            #expect(json["speed"]?.array?.map { $0["value"] } == [0, 1, 2, 3, 5])
            let instance = try #require(json["speed"]?.array?.first?["instanceId"]?.string)
            let path = "\(Self.root)/\(Self.car)/attrs/speed"
            let changed = try await visitor.send(
                .patch, "\(path)/\(instance)", #"{"type":"Property","value":9}"#)
            #expect(changed.status == .noContent)
            json = try await visitor.json("\(Self.root)/\(Self.car)")
            #expect(json["speed"]?.array?.first?["value"] == 9)
            #expect(json["speed"]?.array?.first?["observedAt"] == "2026-03-01T00:00:00Z")
            #expect(try await visitor.send(.delete, "\(path)/\(instance)").status == .noContent)
            #expect(try await visitor.send(.delete, "\(path)/\(instance)").status == .notFound)
            #expect(try await visitor.send(.delete, path).status == .noContent)
            #expect(try await visitor.send(.delete, path).status == .notFound)
            let whole = "\(Self.root)/\(Self.car)"
            #expect(try await visitor.send(.delete, whole).status == .noContent)
            #expect(try await visitor.send(.get, whole).status == .notFound)
        }
    }

    @Test("一度に示せない過去は、どこまで示したかを言う")
    func contentRange() async throws {
        try await visit { visitor in
            try await makeCar(visitor, 0..<9)
            let path = "\(Self.root)/\(Self.car)"
            let first = try await visitor.send(.get, "\(path)?\(Self.since2026)")
            #expect(first.status == .partialContent)
            #expect(
                first.headers[.contentRange]
                    == "date-time 2026-01-01T00:00:00Z-2026-03-01T05:00:00Z/*")
            let newest = try await visitor.send(.get, "\(path)?lastN=8")
            #expect(
                newest.headers[.contentRange]
                    == "date-time 2026-03-01T08:00:00Z-2026-03-01T03:00:00Z/8")
            let few = try await visitor.send(.get, "\(path)?lastN=2")
            #expect(few.status == .ok)
        }
    }

    @Test("まとめて、並びとして、選んで読む")
    func forms() async throws {
        try await visit { visitor in
            try await makeCar(visitor)
            let query = "\(Self.root)?type=Vehicle&\(Self.since2026)"
            var json = try await visitor.json("\(query)&options=temporalValues&pick=id,speed")
            #expect(json.array?.first?["type"] == nil)
            #expect(
                json.array?.first?["speed"]?["values"]?.array?.last
                    == [3, "2026-03-01T03:00:00Z"])
            json = try await visitor.json(
                "\(Self.root)/\(Self.car)?\(Self.since2026)&format=aggregatedValues"
                    + "&aggrMethods=sum,max&aggrPeriodDuration=PT2H")
            #expect(
                json["speed"]
                    == [
                        "type": "Property",
                        "sum": [
                            [1, "2026-03-01T00:00:00Z", "2026-03-01T02:00:00Z"],
                            [5, "2026-03-01T02:00:00Z", "2026-03-01T04:00:00Z"],
                        ],
                        "max": [
                            [1, "2026-03-01T00:00:00Z", "2026-03-01T02:00:00Z"],
                            [3, "2026-03-01T02:00:00Z", "2026-03-01T04:00:00Z"],
                        ],
                    ])
            let posted = try await visitor.send(
                .post, "/ngsi-ld/v1/temporal/entityOperations/query",
                """
                {"type":"Query","entities":[{"type":"Vehicle"}],"q":"speed>2",
                 "temporalQ":{"timerel":"before","timeAt":"2026-03-01T04:00:00Z","lastN":1}}
                """)
            json = try JSONValue(parsing: posted.body.readableBytesView)
            #expect(json.array?.first?["speed"]?.array?.map { $0["value"] } == [3])
        }
    }

    @Test(
        "読めない問いは断る",
        arguments: [
            "timerel=during&timeAt=2026-01-01T00:00:00Z", "timerel=after",
            "timerel=after&timeAt=2026-01-01", "timerel=between&timeAt=2026-01-01T00:00:00Z",
            "\(since2026)&lastN=0", "\(since2026)&format=wrong", "\(since2026)&options=wrong",
            "\(since2026)&options=aggregatedValues", "\(since2026)&timeproperty=expiresAt",
            "\(since2026)&options=aggregatedValues&aggrMethods=wrong",
            "\(since2026)&options=aggregatedValues&aggrMethods=avg&aggrPeriodDuration=1D",
            "\(since2026)&pick=speed&omit=speed", "\(since2026)&pick=speed&attrs=speed",
            "\(since2026)&orderBy=speed",
        ])
    func refusals(parameters: String) async throws {
        try await visit { visitor in
            let answer = try await visitor.send(.get, "\(Self.root)?type=Vehicle&\(parameters)")
            #expect(answer.status == .badRequest)
        }
    }

    @Test("部分の欠けた住所は、別の住所と取りちがえない")
    func brokenAddresses() async throws {
        try await visit { visitor in
            try await makeCar(visitor)
            for path in [
                "\(Self.root)//attrs/speed", "\(Self.root)/\(Self.car)/attrs/%2e%2e",
                "\(Self.root)/\(Self.car)/attrs//urn:ngsi-ld:Instance:1", "\(Self.root)/wrong",
            ] {
                #expect(try await visitor.send(.delete, path).status == .badRequest, "\(path)")
            }
            #expect(try await visitor.send(.get, "\(Self.root)/\(Self.car)").status == .ok)
        }
    }

    @Test("過去を表として受け取る")
    func export() async throws {
        try await visit { visitor in
            try await makeCar(visitor)
            let table = try await visitor.send(.get, "/history/export?type=Vehicle")
            #expect(table.headers[.contentType] == "text/csv; charset=utf-8")
            let lines = String(buffer: table.body).split(separator: "\r\n")
            #expect(lines.count == 5)
            #expect(lines.last?.contains("speed,,2026-03-01T03:00:00Z,3") == true)
            let map = try await visitor.json("/history/export?type=Vehicle&format=geojson")
            #expect(map["features"]?.array?.count == 4)
            #expect(try await visitor.send(.get, "/history/export").status == .badRequest)
        }
    }

    @Test("書き出しは、尋ねた部屋（テナント）の過去を渡す")
    func exportOfTenant() async throws {
        try await visit { visitor in
            try await makeCar(visitor)
            let bike = """
                {"id":"urn:ngsi-ld:Vehicle:2","type":"Vehicle","speed":[\(speeds(1..<3))]}
                """
            let made = try await visitor.send(.post, Self.root, bike, tenant: "bikes")
            #expect(made.status == .created)
            let path = "/history/export?type=Vehicle"
            let table = try await visitor.send(.get, path, tenant: "bikes")
            let lines = String(buffer: table.body).split(separator: "\r\n")
            #expect(lines.count == 3)
            #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("urn:ngsi-ld:Vehicle:2,") })
            #expect(try await visitor.send(.get, path, tenant: "boats").status == .notFound)
        }
    }
}
