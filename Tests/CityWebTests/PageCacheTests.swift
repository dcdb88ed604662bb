import CityKernel
import CityWeb
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@Suite("できたページの控え")
struct PageCacheTests {
    /// A page that counts how often it was made.
    private static func route(_ count: Count) -> @Sendable (CityRouter, TestCity) -> Void {
        { router, city in
            router.get("/river") { request, context in
                try await city.pages.cached(
                    request, context, topics: ["FloodStage"], parameters: ["hours"]
                ) { links in
                    Page(title: "川", body: "<p>\(count.up()) 回目 \(links.query)</p>")
                }
            }
        }
    }

    @Test("変わるまで同じものを返し、変わった直後の人は新しいものを読む")
    func invalidation() async throws {
        let made = Count()
        try await TestCity.with(routes: Self.route(made)) { city, client in
            #expect(try await client.get("/river").text.contains("1 回目"))
            #expect(try await client.get("/river").text.contains("1 回目"))
            try await city.change("Shelter", 1)
            #expect(try await client.get("/river").text.contains("1 回目"))
            try await city.change("FloodStage", 1)
            #expect(try await client.get("/river").text.contains("2 回目"))
            #expect(made.now == 2)
        }
    }

    @Test("年齢が変わるので、30秒より古いものは作り直す")
    func age() async throws {
        let made = Count()
        try await TestCity.with(routes: Self.route(made)) { city, client in
            _ = try await client.get("/river")
            city.clock.advance(by: PageCache.ageMax - .milliseconds(1))
            _ = try await client.get("/river")
            #expect(made.now == 1)
            city.clock.advance(by: .milliseconds(1))
            _ = try await client.get("/river")
            #expect(made.now == 2)
        }
    }

    @Test("言語と知っている質問ごとに分け、でたらめな質問は一つに集める")
    func keys() async throws {
        let made = Count()
        try await TestCity.with(routes: Self.route(made)) { city, client in
            _ = try await client.get("/river")
            _ = try await client.get("/river", [.acceptLanguage: "en"])
            _ = try await client.get("/river?hours=6")
            #expect(made.now == 3)
            for number in 0..<50 { _ = try await client.get("/river?x=\(number)") }
            #expect(made.now == 3)
            #expect(city.pages.cache.count == 3)
        }
    }

    @Test("同じ ETag なら 304、圧縮は求めた人だけに")
    func conditional() async throws {
        try await TestCity.with(routes: Self.route(Count())) { _, client in
            let plain = try await client.get("/river")
            let tag = try #require(plain.headers[.eTag])
            #expect(plain.headers[.contentEncoding] == nil)
            let packed = try await client.get("/river", [.acceptEncoding: "br, gzip"])
            #expect(packed.headers[.contentEncoding] == "gzip")
            #expect(packed.headers[.eTag] == tag)
            #expect(packed.body.readableBytes < plain.body.readableBytes / 2)
            #expect(packed.body.getBytes(at: packed.body.readerIndex, length: 2) == [0x1F, 0x8B])
            let refused = try await client.get("/river", [.acceptEncoding: "gzip;q=0"])
            #expect(refused.headers[.contentEncoding] == nil)
            let same = try await client.get("/river", [.ifNoneMatch: "\"x\", \(tag)"])
            #expect(same.status == .notModified)
            #expect(same.body.readableBytes == 0)
            #expect(same.headers[.eTag] == tag)
            let head = try await client.execute(uri: "/river", method: .head)
            #expect(head.status == .ok)
            #expect(head.body.readableBytes == 0)
        }
    }

    @Test("作っている間に来た人たちは、同じ1枚を待つ")
    func coalescing() async throws {
        let made = Count()
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)
        try await TestCity.with { router, city in
            router.get("/slow") { request, context in
                try await city.pages.cached(request, context, topics: ["Shelter"]) { _ in
                    made.up()
                    arrived.yield()
                    for await _ in gate {}
                    return Page(title: "遅い", body: "")
                }
            }
        } _: { _, client in
            try await withThrowingTaskGroup(of: HTTPResponse.Status.self) { group in
                group.addTask { try await client.get("/slow").status }
                for await _ in arrivals { break }
                for _ in 0..<20 { group.addTask { try await client.get("/slow").status } }
                opener.finish()
                for try await status in group { #expect(status == .ok) }
            }
            #expect(made.now == 1)
        }
    }

    @Test("作れなかった理由は待っていた全員に伝わり、控えには残らない")
    func failure() async throws {
        let made = Count()
        try await TestCity.with { router, city in
            router.get("/failing") { request, context in
                try await city.pages.cached(request, context, topics: []) { _ in
                    if made.up() == 1 {
                        throw Problem(.unavailable, title: "いまは読めない", detail: "")
                    }
                    return Page(title: "読めた", body: "")
                }
            }
        } _: { _, client in
            let failed = try await client.get("/failing")
            #expect(failed.status == .serviceUnavailable)
            let made = try await client.get("/failing")
            #expect(made.status == .ok)
        }
    }

    @Test("控えは決めた枚数までで、使われないものから消える")
    func limit() async throws {
        let made = Count()
        try await TestCity.with(routes: Self.route(made)) { city, client in
            for hour in 0...PageCache.pagesMax {
                _ = try await client.get("/river?hours=\(hour)")
                _ = try await client.get("/river?hours=0")
            }
            #expect(city.pages.cache.count == PageCache.pagesMax)
            let before = made.now
            _ = try await client.get("/river?hours=0")
            #expect(made.now == before)
            _ = try await client.get("/river?hours=1")
            #expect(made.now == before + 1)
        }
    }
}
