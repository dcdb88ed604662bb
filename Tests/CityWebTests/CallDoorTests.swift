import CityBroker
import CityIdentity
import CityKernel
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import CityWeb

@Suite("戸口で読む、API の求め")
struct CallDoorTests {
    /// A cookie sends a call the long way.
    private static let long = "Cookie: a=1\r\n"
    private static let root = "/ngsi-ld/v1/entities"

    /// One request as it is sent; `fields` end with CR LF each.
    struct Call: Sendable, CustomTestStringConvertible {
        var verb: String
        var target: String
        var fields = ""
        var body: String?

        var testDescription: String { "\(verb) \(target.prefix(60))" }

        func text(_ more: String = "") -> String {
            let length = body.map { "Content-Length: \($0.utf8.count)\r\n" } ?? ""
            return
                "\(verb) \(target) HTTP/1.1\r\nHost: a\r\n\(more)\(fields)\(length)\r\n\(body ?? "")"
        }
    }

    private static func lamp(_ name: String) -> String { "urn:ngsi-ld:Lamp:\(name)" }

    private static func create(_ name: String, level: Int = 1) -> Call {
        Call(
            verb: "POST", target: root, fields: "Content-Type: application/json\r\n",
            body: """
                {"id":"\(lamp(name))","type":"Lamp","level":{"type":"Property","value":\(level)}}
                """)
    }

    private static func get(_ rest: String, _ fields: String = "") -> Call {
        Call(verb: "GET", target: root + rest, fields: fields)
    }

    private static func patch(_ name: String, _ body: String, _ fields: String? = nil) -> Call {
        Call(
            verb: "PATCH", target: "\(root)/\(lamp(name))/attrs",
            fields: fields ?? "Content-Type: application/json\r\n", body: body)
    }

    /// A city on a socket with the API, an echo and a door that waits until the gate is opened.
    private func withCity(
        gate: Gate = Gate(), quick: OpenGate? = nil,
        _ body: @escaping @Sendable (TestCity, any TestClientProtocol) async throws -> Void
    ) async throws {
        try await TestCity.live { router, city in
            addNGSILDRoutes(to: router, broker: city.broker, access: .open)
            router.get("/page") { _, _ in Response(status: .ok) }
            router.get("\(RouterPath(Self.root))Gate") { _, _ in
                await gate.opened()
                return Response(status: .accepted)
            }
        } quick: { city in
            quick.map { QuickAnswers(QuickRetrieval(broker: city.broker, access: .open), gate: $0) }
        } _: { city, client in
            try await body(city, client)
        }
    }

    /// A gate that lets everybody pass, and counts them.
    private struct OpenGate: QuickGate {
        let passed = Count()

        func pass(_ head: HTTPRequest, from address: SocketAddress?) -> QuickPass? {
            passed.up()
            return QuickPass(principal: .anyone) { _ in }
        }
    }

    private static let everything: [Call] = [
        create("a"), create("b", level: 2), create("a"),
        get("/\(lamp("a"))"), get("/\(lamp("a"))", "Accept: */*\r\nUser-Agent: a\r\n"),
        get("/\(lamp("a"))", "Accept: application/ld+json\r\n"),
        get("/\(lamp("a"))", "Accept: application/geo+json\r\n"),
        get("/\(lamp("a"))?options=keyValues"), get("/\(lamp("a"))?options=sysAttrs"),
        get("/\(lamp("a"))?attrs=level"), get("/\(lamp("a"))?attrs=none"),
        get("/\(lamp("a"))?options=huh"), get("/\(lamp("a"))", "Accept: text/plain\r\n"),
        get("/\(lamp("none"))"), get("/none"), get("/\(lamp("a"))?huh=1"), get("//attrs"),
        get("/\(lamp("a"))", "NGSILD-Tenant: nobody\r\n"), get("?type=Lamp&limit=1&count=true"),
        get("?type=Lamp&q=level%3E1"), get(""), get("?type=Lamp&lang=en"),
        get("/\(lamp("a"))", "Connection: Keep-Alive\r\nX-Twice: 1\r\nX-Twice: 2\r\n"),
        get("/\(lamp("a"))", "Authorization: Bearer x\r\n"),
        get("/\(lamp("a"))", "Prefer: ngsi-ld=1.3\r\n"),
        patch("a", #"{"level":{"type":"Property","value":5}}"#), get("/\(lamp("a"))"),
        get("/\(lamp("a"))"), patch("a", #"{"level":{"type":"#), patch("a", ""), patch("a", "[]"),
        patch("none", #"{"level":{"type":"Property","value":5}}"#),
        patch("a", #"{"level":{"type":"Property","value":5}}"#, ""),
        patch("a", #"{"level":{"type":"Property","value":"川"}}"#), get("/\(lamp("a"))"),
        Call(verb: "POST", target: root, fields: "Content-Type: application/json\r\n"),
        Call(verb: "PATCH", target: "\(root)/\(lamp("a"))/attrs"),
        Call(verb: "PUT", target: "\(root)/\(lamp("a"))/attrs", body: "{}"),
        Call(verb: "DELETE", target: "\(root)/\(lamp("b"))"),
        Call(verb: "DELETE", target: "\(root)/\(lamp("b"))"),
        Call(verb: "GET", target: "/v2/entities"),
    ]

    private func answers(
        _ more: String, atDoor: Int, quick: OpenGate? = nil
    ) async throws -> [RawConnection.Answer] {
        let all = Answers()
        try await withCity(quick: quick) { city, client in
            try await RawConnection.with(client) { connection in
                for call in Self.everything {
                    try await connection.send(call.text(more))
                    let answer = try #require(try await connection.answer(), "\(call)")
                    await all.append(answer.without("Date", "X-Request-Id"))
                }
            }
            #expect(city.callsAtDoor == atDoor)
        }
        return await all.list
    }

    @Test("戸口を通った求めの答えは、長い道の答えと1バイトも違わない")
    func sameBytes() async throws {
        let short = try await answers("", atDoor: Self.everything.count)
        let long = try await answers(Self.long, atDoor: 0)
        let gate = OpenGate()
        let quick = try await answers("", atDoor: Self.everything.count, quick: gate)
        for (index, call) in Self.everything.enumerated() {
            #expect(short[index] == long[index], "\(call)")
            #expect(quick[index] == long[index], "\(call)")
        }
        // Whoever is in memory needs no router; the first call of all does.
        #expect(gate.passed.now >= 3)
    }

    @Test("戸口の答えは、書いたすぐあとの人に古い値を渡さない")
    func freshness() async throws {
        let gate = OpenGate()
        try await withCity(quick: gate) { city, client in
            try await RawConnection.with(client) { connection in
                try await connection.send(Self.create("a").text())
                #expect(try await connection.answer()?.status == 201)
                for level in 0..<20 {
                    try await connection.send(
                        Self.patch("a", #"{"level":{"type":"Property","value":\#(level)}}"#).text())
                    #expect(try await connection.answer()?.status == 204)
                    for _ in 0..<3 {
                        try await connection.send(Self.get("/\(Self.lamp("a"))").text())
                        let answer = try #require(try await connection.answer())
                        #expect(String(buffer: answer.body).contains("\"value\":\(level)}"))
                    }
                }
                #expect(gate.passed.now >= 40)
                try await connection.send(
                    Call(verb: "DELETE", target: "\(Self.root)/\(Self.lamp("a"))").text())
                #expect(try await connection.answer()?.status == 204)
                try await connection.send(Self.get("/\(Self.lamp("a"))").text())
                #expect(try await connection.answer()?.status == 404)
            }
        }
    }

    @Test("ただの求めの答えは、形を名指しした求めの答えと同じ")
    func usualForm() async throws {
        try await withCity { city, client in
            try await RawConnection.with(client) { connection in
                try await connection.send(Self.create("a").text())
                _ = try await connection.answer()
                var answers: [RawConnection.Answer] = []
                for rest in ["", "?format=normalized", ""] {
                    try await connection.send(Self.get("/\(Self.lamp("a"))\(rest)").text())
                    let answer = try #require(try await connection.answer())
                    answers.append(answer.without("Date", "X-Request-Id"))
                }
                #expect(answers[0].status == 200)
                #expect(answers[0] == answers[1] && answers[2] == answers[1])
            }
        }
    }

    @Test("答えには日付と求めの名がある")
    func fields() async throws {
        try await withCity { city, client in
            try await RawConnection.with(client) { connection in
                var names: Set<String> = []
                for _ in 0..<3 {
                    try await connection.send(Self.get("/\(Self.lamp("a"))").text())
                    let answer = try #require(try await connection.answer())
                    #expect(answer.field("Date") == HTTPDate.text(city.clock.now))
                    #expect(answer.field("X-Content-Type-Options") == "nosniff")
                    names.insert(try #require(answer.field("X-Request-Id")))
                    city.clock.advance(by: .seconds(1))
                }
                #expect(names.count == 3)
            }
        }
    }

    @Test("続けて送られた求めには、どの道を通っても、来た順に答える")
    func pipelining() async throws {
        try await withCity { city, client in
            try await RawConnection.with(client) { connection in
                var text = ""
                for index in 0..<20 {
                    text += Self.create("x\(index)").text()
                    text += Self.get("/\(Self.lamp("x\(index)"))").text()
                    text += "GET /page HTTP/1.1\r\nHost: a\r\n\r\n"
                }
                try await connection.send(text)
                for index in 0..<20 {
                    let created = try #require(try await connection.answer())
                    #expect(created.field("Location")?.hasSuffix(":x\(index)") ?? false)
                    let shown = try #require(try await connection.answer())
                    #expect(String(buffer: shown.body).contains(":x\(index)\""))
                    #expect(try await connection.answer()?.field("Content-Length") == "0")
                }
            }
        }
    }

    @Test("1バイトずつ来ても、本文の終わりまで待って答える")
    func drops() async throws {
        try await withCity { city, client in
            try await RawConnection.with(client) { connection in
                for byte in Self.create("a").text().utf8 {
                    try await connection.send(String(UnicodeScalar(byte)))
                }
                #expect(try await connection.answer()?.status == 201)
                #expect(city.callsAtDoor == 1)
            }
        }
    }

    @Test("本文の中の求めには答えない")
    func bodies() async throws {
        try await withCity { city, client in
            try await RawConnection.with(client) { connection in
                let inner = Self.get("/\(Self.lamp("a"))").text()
                try await connection.send(Self.patch("a", inner).text() + Self.get("").text())
                #expect(try await connection.answer()?.status == 400)
                let last = try #require(try await connection.answer())
                #expect(String(buffer: last.body).contains("a query needs"))
                #expect(city.callsAtDoor == 2)
            }
        }
    }

    @Test(
        "終わりの確かでない求めは、戸口では読まない",
        arguments: [
            "Content-Length: 2\r\nContent-Length: 2\r\n", "Content-Length: +2\r\n",
            "Content-Length: 2, 2\r\n", "Content-Length: 0x2\r\n", "Content-Length: \r\n",
            "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 99999999\r\n",
            "Transfer-Encoding: chunked\r\n", "Host: b\r\n", "Expect: 100-continue\r\n",
            "Connection: close\r\n", "Upgrade: h2c\r\n", "Content-Length : 2\r\n",
            "Content-Length: \(WebLimits.doorBodyBytesMax + 1)\r\n",
        ])
    func unsure(fields: String) async throws {
        try await withCity { city, client in
            try await RawConnection.with(client) { connection in
                try await connection.send(
                    "PATCH \(Self.root)/x HTTP/1.1\r\nHost: a\r\n\(fields)\r\n{}")
                connection.finish()
                while try await connection.answer() != nil {}
                #expect(city.callsAtDoor == 0)
            }
        }
    }

    @Test("大きな本文は長い道を通り、そのまま受け取られる")
    func largeBody() async throws {
        try await withCity { city, client in
            try await RawConnection.with(client) { connection in
                let filler = String(repeating: "あ", count: WebLimits.doorBodyBytesMax)
                var call = Self.create("a")
                call.body = call.body?.replacing("\"value\":1", with: "\"value\":\"\(filler)\"")
                try await connection.send(call.text())
                #expect(try await connection.answer()?.status == 201)
                try await connection.send(Self.get("/\(Self.lamp("a"))").text())
                let shown = try #require(try await connection.answer())
                #expect(String(buffer: shown.body).contains(filler))
            }
        }
    }

    @Test("答えを作っているあいだに来た求めは待ち、送り終えた人にも答えてから閉じる")
    func waiting() async throws {
        let gate = Gate()
        try await withCity(gate: gate) { city, client in
            try await RawConnection.with(client) { connection in
                let slow = Call(verb: "GET", target: "\(Self.root)Gate")
                try await connection.send(
                    slow.text() + Self.create("a").text()
                        + "GET /page HTTP/1.1\r\nHost: a\r\n\r\n")
                connection.finish()
                await gate.awaited()
                await gate.open()
                #expect(try await connection.answer()?.status == 202)
                #expect(try await connection.answer()?.status == 201)
                #expect(try await connection.answer()?.status == 200)
                #expect(try await connection.answer() == nil)
                #expect(city.callsAtDoor == 2)
            }
        }
    }

    @Test("待っている人が去っても、ほかの人は困らない")
    func gone() async throws {
        let gate = Gate()
        try await withCity(gate: gate) { city, client in
            try await RawConnection.with(client) { connection in
                try await connection.send(Call(verb: "GET", target: "\(Self.root)Gate").text())
                await gate.awaited()
            }
            await gate.open()
            try await RawConnection.with(client) { connection in
                try await connection.send(Self.create("a").text())
                #expect(try await connection.answer()?.status == 201)
            }
        }
    }

    @Test("読まずに送り続ける人の求めは、読むまで待たせ、すべてに来た順に答える")
    func flood() async throws {
        try await withCity { city, client in
            try await RawConnection.with(client) { connection in
                let count = 3_000
                var text = ""
                for index in 0..<count { text += Self.get("/\(Self.lamp("x\(index)"))").text() }
                let (sender, all) = (connection.sender, text)
                async let sent: Void = sender(all)
                var wrong = 0
                for index in 0..<count {
                    let body = try #require(try await connection.answer()).body
                    if !String(buffer: body).contains(":x\(index) ") { wrong += 1 }
                }
                try await sent
                #expect(wrong == 0)
                #expect(city.callsAtDoor == count)
            }
        }
    }
}

/// Lets callers wait until it is opened.
actor Gate {
    private var isOpen = false
    private var waiters: [CheckedContinuation<Void, Never>] = []
    private var watchers: [CheckedContinuation<Void, Never>] = []

    func opened() async {
        for watcher in watchers { watcher.resume() }
        watchers = []
        if isOpen { return }
        await withCheckedContinuation { waiters.append($0) }
    }

    /// Until somebody waits.
    func awaited() async {
        if !waiters.isEmpty { return }
        await withCheckedContinuation { watchers.append($0) }
    }

    func open() {
        isOpen = true
        for waiter in waiters { waiter.resume() }
        waiters = []
    }
}

private actor Answers {
    private(set) var list: [RawConnection.Answer] = []
    func append(_ answer: RawConnection.Answer) { list.append(answer) }
}
