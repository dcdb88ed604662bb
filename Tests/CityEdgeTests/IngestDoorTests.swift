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
            let report = try JSONValue(parsing: json.text)
            #expect(report["stored"] == 1)
            let csv = try await Self.post(
                client, "日時,河川水位,id\n2024-06-23T16:10,3.50,90\nx,1,90\n",
                type: "text/csv; charset=utf-8")
            #expect(csv.status == 200)
            let csvReport = try JSONValue(parsing: csv.text)
            #expect(csvReport["badByReason"]?["timeInvalid"] == 1)
            let entity = try #require(try await broker.entity(Self.gauge))
            let observed = try WaterLevelObserved(entity)
            #expect(observed.levelCentimetres == 350)
        }
    }

    @Test("一つも使えない本文は400、知らない種類と大きすぎる本文は断られる")
    func refusals() async throws {
        try await Self.with(.open) { client, broker in
            let nothingGood = try await Self.post(client, #"[{"gauge": "1"}]"#)
            #expect(nothingGood.status == 400)
            let wrongHeader = try await Self.post(client, "時刻,水位\n", type: "text/csv")
            #expect(wrongHeader.status == 400)
            let notJSON = try await Self.post(client, "[")
            #expect(notJSON.text == "invalidRequest")
            let unknownType = try await Self.post(client, "x", type: "text/plain")
            #expect(unknownType.text == "unsupportedMediaType")
            let large = String(repeating: " ", count: IngestDoor.bodyBytesMax + 1)
            let tooLarge = try await Self.post(client, large)
            #expect(tooLarge.text == "tooLarge")
            let entity = try await broker.entity(Self.gauge)
            #expect(entity == nil)
        }
    }

    @Test("鍵のない者、違う鍵の者は入れない")
    func keys() async throws {
        try await Self.with(.bearer { $0 == "right" }) { client, broker in
            for key in [nil, "wrong", "", String(repeating: "right", count: 200)] {
                let answer = try await Self.post(client, Self.reading, key: key)
                #expect(answer.text == "unauthenticated")
            }
            let entity = try await broker.entity(Self.gauge)
            #expect(entity == nil)
            let accepted = try await Self.post(client, Self.reading, key: "right")
            #expect(accepted.status == 200)
        }
    }
}
