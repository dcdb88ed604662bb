import CityBroker
import CityEdge
import CityKernel
import CityTesting
import CityVocabulary
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@Suite("水位の受付口")
struct IngestDoorTests {
    private static let now = Timestamp(seconds: 1_719_130_000)
    private static let gauge = EntityID(type: "WaterLevelObserved", name: "90")
    private static let path = "/ingest/v1/readings"

    /// Answers a `Problem` with its kind, as the city's own middleware does at greater length.
    private struct Problems: RouterMiddleware {
        typealias Context = BasicRequestContext

        func handle(
            _ request: Request, context: Context,
            next: (Request, Context) async throws -> Response
        ) async throws -> Response {
            do {
                return try await next(request, context)
            } catch let error as any ProblemConvertible {
                return Response(
                    status: .init(code: 499),
                    body: .init(byteBuffer: ByteBuffer(string: error.problem.kind.rawValue)))
            }
        }
    }

    private static func with(
        _ access: IngestAccess,
        _ body: @escaping @Sendable (any TestClientProtocol, Broker) async throws -> Void
    ) async throws {
        let clock = ManualClock(now)
        try await TestBroker.with(clock: clock) { broker in
            let router = Router()
            router.add(middleware: Problems())
            IngestDoor(broker: broker, rules: .for(["90"]), access: access, clock: clock)
                .addRoutes(to: router)
            try await Application(router: router).test(.router) { client in
                try await body(client, broker)
            }
        }
    }

    private static func post(
        _ client: any TestClientProtocol, _ body: String, type: String = "application/json",
        key: String? = nil
    ) async throws -> (status: Int, text: String) {
        var headers: HTTPFields = [.contentType: type]
        if let key { headers[.authorization] = "Bearer \(key)" }
        let answer = try await client.execute(
            uri: path, method: .post, headers: headers, body: ByteBuffer(string: body))
        return (answer.status.code, String(buffer: answer.body))
    }

    private static let reading =
        #"[{"gauge": "90", "level": 3.41, "observedAt": "2024-06-23T07:00:00Z"}]"#

    @Test("JSONもCSVも、残してから数を答える")
    func stores() async throws {
        try await Self.with(.open) { client, broker in
            let json = try await Self.post(client, Self.reading)
            #expect(json.status == 200)
            #expect(try JSONValue(parsing: json.text)["stored"] == 1)
            let csv = try await Self.post(
                client, "日時,河川水位,id\n2024-06-23T16:10,3.50,90\nx,1,90\n",
                type: "text/csv; charset=utf-8")
            #expect(csv.status == 200)
            #expect(try JSONValue(parsing: csv.text)["badByReason"]?["timeInvalid"] == 1)
            let entity = try #require(try await broker.entity(Self.gauge))
            #expect(try WaterLevelObserved(entity).levelCentimetres == 350)
        }
    }

    @Test("一つも使えない本文は400、知らない種類と大きすぎる本文は断られる")
    func refusals() async throws {
        try await Self.with(.open) { client, broker in
            #expect(try await Self.post(client, #"[{"gauge": "1"}]"#).status == 400)
            #expect(try await Self.post(client, "時刻,水位\n", type: "text/csv").status == 400)
            #expect(try await Self.post(client, "[").text == "invalidRequest")
            #expect(try await Self.post(client, "x", type: "text/plain").text == "unsupportedMediaType")
            let large = String(repeating: " ", count: IngestDoor.bodyBytesMax + 1)
            #expect(try await Self.post(client, large).text == "tooLarge")
            #expect(try await broker.entity(Self.gauge) == nil)
        }
    }

    @Test("鍵のない者、違う鍵の者は入れない")
    func keys() async throws {
        try await Self.with(.bearer { $0 == "right" }) { client, broker in
            for key in [nil, "wrong", "", String(repeating: "right", count: 200)] {
                let answer = try await Self.post(client, Self.reading, key: key)
                #expect(answer.text == "unauthenticated")
            }
            #expect(try await broker.entity(Self.gauge) == nil)
            #expect(try await Self.post(client, Self.reading, key: "right").status == 200)
        }
    }
}
