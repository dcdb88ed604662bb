import CityKernel
import CityWeb
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@Suite("戸口で渡す、できたページ")
struct PageDoorTests {
    private static let plain = "GET /river HTTP/1.1\r\nHost: a\r\n\r\n"
    /// A cookie that the door does not know, so that the router answers.
    private static let long = "Cookie: session=1\r\n"

    private static func get(_ fields: String, _ verb: String = "GET /river") -> String {
        "\(verb) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
    }

    /// A city on a socket, with a page that counts how often it was made and an echo for bodies.
    private func withCity(
        _ body: @escaping @Sendable (TestCity, any TestClientProtocol) async throws -> Void
    ) async throws {
        let made = Count()
        try await TestCity.live { router, city in
            router.get("/river") { request, context in
                try await city.pages.cached(
                    request, context, topics: ["FloodStage"], parameters: ["hours"]
                ) { links in
                    Page(title: "川", body: "<p>\(made.up()) 回目 \(links.query)</p>")
                }
            }
            router.post("/echo") { request, _ in
                let sent = try await request.body.collect(upTo: 1_024)
                return Response(status: .ok, body: .init(byteBuffer: sent))
            }
        } _: { city, client in
            try await body(city, client)
        }
    }

    @Test(
        "戸口の答えは、長い道の答えと1バイトも違わない",
        arguments: [
            "", "Accept-Encoding: gzip, deflate, br\r\n", "Accept-Encoding: gzip;q=0\r\n",
            "Accept-Language: en-US,en;q=0.9\r\n", "If-None-Match: *\r\n",
            "If-None-Match: *\r\nAccept-Encoding: gzip\r\n",
        ], ["GET /river", "HEAD /river", "GET /river?lang=en", "GET /river?hours=6&lang=easy"])
    func sameBytes(fields: String, verb: String) async throws {
        try await withCity { city, client in
            try await RawConnection.with(client) { connection in
                let isHead = verb.hasPrefix("HEAD")
                try await connection.send(Self.get(fields, verb))
                _ = try await connection.answer(isHead: isHead)
                try await connection.send(Self.get(fields + Self.long, verb))
                let long = try #require(try await connection.answer(isHead: isHead))
                let before = city.pagesAtDoor
                try await connection.send(Self.get(fields, verb))
                let short = try #require(try await connection.answer(isHead: isHead))
                #expect(city.pagesAtDoor == before + 1)
                #expect(short.withoutDate == long.withoutDate)
                #expect(short.field("Date") == HTTPDate.text(city.clock.now))
                #expect(short.field("Content-Security-Policy") != nil)
            }
        }
    }

    @Test("変わったすぐあとの人は、新しいページを読む")
    func change() async throws {
        try await withCity { city, client in
            try await RawConnection.with(client) { connection in
                for expected in 1...3 {
                    for _ in 0..<3 {
                        try await connection.send(Self.plain)
                        let answer = try #require(try await connection.answer())
                        #expect(String(buffer: answer.body).contains("\(expected) 回目"))
                    }
                    try await city.change("FloodStage", Int64(expected))
                }
                #expect(city.pagesAtDoor == 6)
            }
        }
    }

    @Test("日付は1秒ごとに新しい")
    func date() async throws {
        try await withCity { city, client in
            try await RawConnection.with(client) { connection in
                try await connection.send(Self.plain)
                _ = try await connection.answer()
                for _ in 0..<3 {
                    city.clock.advance(by: .seconds(1))
                    try await connection.send(Self.plain)
                    let answer = try await connection.answer()
                    #expect(answer?.field("Date") == HTTPDate.text(city.clock.now))
                }
                #expect(city.pagesAtDoor == 3)
            }
        }
    }

    @Test("続けて送られた求めには、速い答えも遅い答えも、来た順に答える")
    func pipelining() async throws {
        try await withCity { city, client in
            try await RawConnection.with(client) { connection in
                try await connection.send(Self.plain)
                _ = try await connection.answer()
                let two = [Self.plain, Self.get("", "GET /river?hours=6")]
                try await connection.send((two + [Self.get("", "GET /nowhere")] + two).joined())
                var statuses: [Int?] = []
                var bodies: [String] = []
                for _ in 0..<5 {
                    let answer = try #require(try await connection.answer())
                    statuses.append(answer.status)
                    bodies.append(String(buffer: answer.body))
                }
                #expect(statuses == [200, 200, 404, 200, 200])
                #expect(bodies[0].contains("1 回目") && bodies[3] == bodies[0])
                #expect(bodies[1].contains("2 回目") && bodies[4] == bodies[1])
                // All have been answered, so the door serves again.
                let before = city.pagesAtDoor
                try await connection.send(Self.plain + Self.plain)
                for _ in 0..<2 { #expect(try await connection.answer()?.status == 200) }
                #expect(city.pagesAtDoor == before + 2)
            }
        }
    }

    @Test("1バイトずつ来ても、終わりまで待って答える")
    func drops() async throws {
        try await withCity { city, client in
            try await RawConnection.with(client) { connection in
                try await connection.send(Self.plain)
                _ = try await connection.answer()
                try await connection.send(Self.plain)
                let whole = try await connection.answer()
                for byte in Self.plain { try await connection.send(String(byte)) }
                #expect(try await connection.answer() == whole)
                #expect(city.pagesAtDoor == 2)
            }
        }
    }

    @Test("本文のある求めのあと、その接続は長い道だけを通り、本文の中の求めには答えない")
    func bodies() async throws {
        try await withCity { city, client in
            try await RawConnection.with(client) { connection in
                try await connection.send(Self.plain)
                _ = try await connection.answer()
                let length = Self.plain.utf8.count
                try await connection.send(
                    "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\r\n")
                try await connection.send(Self.plain)
                let echo = try #require(try await connection.answer())
                #expect(String(buffer: echo.body) == Self.plain)
                try await connection.send(Self.plain)
                #expect(try await connection.answer()?.status == 200)
                #expect(city.pagesAtDoor == 0)
            }
        }
    }

    @Test("読まずに送り続ける人の求めは、読むまで待たせ、すべてに答える")
    func flood() async throws {
        try await withCity { city, client in
            try await RawConnection.with(client) { connection in
                try await connection.send(Self.plain)
                _ = try await connection.answer()
                try await connection.send(Self.plain)
                let first = try await connection.answer()
                let count = 4_000
                let sender = connection.sender
                async let sent: Void = sender(String(repeating: Self.plain, count: count))
                for _ in 0..<count {
                    try #require(try await connection.answer() == first)
                }
                try await sent
                #expect(city.pagesAtDoor == count + 1)
            }
        }
    }

    @Test("送り終えた人にも答えを返してから閉じる")
    func halfClosed() async throws {
        try await withCity { city, client in
            try await RawConnection.with(client) { connection in
                try await connection.send(Self.plain)
                _ = try await connection.answer()
                try await connection.send(Self.plain + Self.plain + "GET /ri")
                connection.finish()
                #expect(try await connection.answer()?.status == 200)
                #expect(try await connection.answer()?.status == 200)
                while try await connection.answer() != nil {}
            }
        }
    }

    @Test("決まりより長い頭は、戸口でも断る")
    func longHead() async throws {
        try await withCity { city, client in
            try await RawConnection.with(client) { connection in
                try await connection.send(Self.plain)
                _ = try await connection.answer()
                let field = "X-Long: " + String(repeating: "a", count: 17 * 1_024) + "\r\n"
                try await connection.send(Self.get(field))
                let answer = try await connection.answer()
                #expect(answer == nil || (400...499).contains(answer?.status ?? 0))
                #expect(city.pagesAtDoor == 0)
            }
        }
    }
}
