import CityKernel
import CityTesting
import CityWeb
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@Suite("変化の知らせ、健康、数字")
struct EventTests {
    @Test("公開する型の変化だけが、名前だけで届く")
    func published() async throws {
        try await TestCity.with { city, _ in
            let stream = try city.server.events.open(types: ["FloodStage"], after: nil)
            try await city.change("Person", 1)
            try await city.change("Shelter", 1)
            try await city.change("FloodStage", 346)
            let texts = await Self.texts(of: stream, count: 2)
            #expect(texts[0].hasPrefix("retry: "))
            #expect(texts[1].contains("event: change\n"))
            #expect(texts[1].contains("\"types\":[\"FloodStage\"]"))
            #expect(texts[1].contains("\"attributes\":[\"value\"]"))
            #expect(!texts[1].contains("346"))
        }
    }

    @Test("戻ってきた人は聞きのがした分から、わからなければ読み直しから始める")
    func resumption() async throws {
        try await TestCity.with { city, _ in
            let first = try city.server.events.open(types: [], after: nil)
            try await city.change("FloodStage", 1)
            try await city.change("Shelter", 2)
            let heard = await Self.texts(of: first, count: 3)
            let id = try #require(heard[1].split(separator: "\n").first).dropFirst("id: ".count)
            let again = try city.server.events.open(types: [], after: String(id))
            let missed = await Self.texts(of: again, count: 2)
            #expect(missed[1].contains("Shelter"))
            for unknown in ["other-1", "x", "\(id.prefix { $0 != "-" })-99"] {
                let lost = try city.server.events.open(types: [], after: unknown)
                #expect(await Self.texts(of: lost, count: 2)[1].contains("event: reset"))
            }
        }
    }

    @Test("聞かない人は切られ、ほかの人は待たされない")
    func slowClient() async throws {
        try await TestCity.with { city, _ in
            let slow = try city.server.events.open(types: ["Shelter"], after: nil)
            #expect(city.server.events.clientCount == 1)
            for value in 0...EventHub.waitingPerClientMax {
                try await city.change("Shelter", Int64(value))
            }
            #expect(city.server.events.clientCount == 0)
            var count = 0
            for await _ in slow { count += 1 }
            #expect(count == EventHub.waitingPerClientMax)
        }
    }

    @Test("聞く人の数には決まりがあり、去れば次の人が入れる")
    func clientLimit() async throws {
        try await TestCity.with { city, _ in
            var streams = try (0..<EventHub.clientsMax).map { _ in
                try city.server.events.open(types: ["Shelter"], after: nil)
            }
            #expect(throws: Problem.self) {
                try city.server.events.open(types: ["Shelter"], after: nil)
            }
            streams.removeLast()
            #expect(city.server.events.clientCount == EventHub.clientsMax - 1)
            _ = try city.server.events.open(types: ["Shelter"], after: nil)
        }
    }

    @Test("HTTPで開いた流れに、変化と鼓動が流れ、止まるときに閉じる")
    func overHTTP() async throws {
        try await TestCity.with { city, client in
            try await withThrowingTaskGroup(of: TestResponse.self) { group in
                group.addTask { try await client.get("/events?types=Shelter") }
                try await until("a client listens") { city.server.events.clientCount > 0 }
                var beside = try city.server.events.open(types: ["Shelter"], after: nil)
                    .makeAsyncIterator()
                _ = await beside.next()  // the line that names the span to retry after
                try await city.change("Shelter", 1)
                _ = await beside.next()  // the change has reached every stream
                city.server.events.beat()
                city.server.events.close()
                let answer = try #require(try await group.next())
                #expect(answer.headers[.contentType] == "text/event-stream")
                #expect(answer.text.contains("event: change"))
                #expect(answer.text.hasSuffix(":\n\n"))
            }
            let many = (0...32).map { "T\($0)" }.joined(separator: ",")
            #expect(try await client.get("/events?types=\(many)").status == .badRequest)
        }
    }

    private struct Broken: HealthSource {
        func healthFindings() async -> [HealthFinding] {
            [
                HealthFinding(
                    "lamp", label: LocalizedText("橋のあかり"), state: .failing,
                    words: LocalizedText("返事がない"))
            ]
        }
    }

    @Test("健康は人にはページ、機械にはJSON、故障があれば503")
    func health() async throws {
        try await TestCity.with { city, client in
            try await city.change("Shelter", 1)
            let page = try await client.get("/health", person)
            #expect(page.status == .ok)
            #expect(page.text.contains("すべて動いています。"))
            let json = try JSONValue(parsing: Array(try await client.get("/health").text.utf8))
            #expect(json["checks"]?["store"]?["state"] == "ok")
            #expect(json["checks"]?["lastCommit"]?["value"]?.string != nil)
        }
        try await TestCity.with(health: [Broken()]) { _, client in
            let answer = try await client.get("/health")
            #expect(answer.status == .serviceUnavailable)
            let json = try JSONValue(parsing: Array(answer.text.utf8))
            #expect(json["state"] == "failing")
            #expect(json["checks"]?["lamp"]?["state"] == "failing")
        }
    }

    @Test("数字は道すじで数え、読んだ人の住所や名前を含まない")
    func metrics() async throws {
        try await TestCity.with { _, client in
            _ = try await client.get("/assets/takagi-aya")
            _ = try await client.get("/accessibility")
            _ = try await client.get("/accessibility")
            let text = try await client.get("/metrics").text
            #expect(!text.contains("takagi"))
            #expect(text.contains("route=\"/assets/{name}\",status=\"4xx\"} 1"))
            #expect(text.contains("city_http_cached_pages_total 1"))
            #expect(text.contains("city_http_request_seconds_bucket{le=\"+Inf\"} 2"))
            #expect(text.contains("city_store_ok 1"))
        }
    }

    private static func texts(of stream: AsyncStream<ByteBuffer>, count: Int) async -> [String] {
        var texts: [String] = []
        for await bytes in stream {
            texts.append(String(buffer: bytes))
            if texts.count == count { break }
        }
        return texts
    }
}
