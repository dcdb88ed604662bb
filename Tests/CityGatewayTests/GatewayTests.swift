import CityIdentity
import CityKernel
import CityStore
import CityTesting
import Logging
import Testing

@testable import CityGateway

/// A gateway with its own database and clock, and a member of staff who manages keys.
struct GatewayDesk {
    let gateway: Gateway
    let identity: Identity
    let clock: ManualClock
    let manager: Principal

    static func with(
        _ engine: TestEngine = .sqlite, _ body: (GatewayDesk) async throws -> Void
    ) async throws {
        let clock = ManualClock(TestStores.morning)
        var settings = IdentityConfiguration()
        settings.scrypt = .quick
        let configuration = settings
        try await TestStores.with(
            engine, clock: clock, migrations: Identity.migrations + Gateway.migrations
        ) { store in
            let logger = Logger(label: "city.test") { _ in SwiftLogNoOpLogHandler() }
            let identity = Identity(
                store: store, clock: clock, logger: logger, configuration: configuration)
            let first = try #require(try await identity.createFirstStaff())
            let signedIn = try await identity.signIn(
                Credentials(
                    login: first.staff.login, password: first.password, address: "192.0.2.1"))
            try await body(
                GatewayDesk(
                    gateway: Gateway(
                        store: store, identity: identity, clock: clock, logger: logger),
                    identity: identity, clock: clock, manager: .staff(signedIn.session)))
        }
    }

    static func request(_ products: [APIProduct]) throws -> AccessRequest {
        try AccessRequest(
            name: "川の見守り", organisation: "球磨川ソフト", contact: "dev@example.jp",
            purpose: "水位が上がったら知らせる", products: products.map(\.name))
    }

    /// From the wish to the key.
    func key(
        for products: [APIProduct], plan: RatePlan = .standard
    ) async throws -> (SecretToken, consumer: Int64) {
        let link = try await gateway.ask(try Self.request(products))
        let waiting = try #require(try await gateway.listWaiting().first)
        try await gateway.approve(waiting.id, plan: plan, by: manager)
        let key = try await gateway.claim(link)
        let consumer = try #require(try await gateway.findRequest(link)?.consumerID)
        return (key.token, consumer)
    }

    func refusal(
        _ token: SecretToken??, _ product: APIProduct, from address: String = "192.0.2.9"
    ) async throws -> AdmissionRefusal? {
        do {
            _ = try await gateway.admit(token, to: product, address: address)
            return nil
        } catch let refusal as AdmissionRefusal {
            return refusal
        }
    }
}

@Suite("APIの窓口")
struct GatewayTests {
    @Test("申請から鍵まで: 承認されるまで鍵はなく、鍵は一度だけ渡る", arguments: TestEngine.available)
    func wayToTheKey(engine: TestEngine) async throws {
        try await GatewayDesk.with(engine) { desk in
            let link = try await desk.gateway.ask(
                try GatewayDesk.request([.contextRead, .subscriptions]))
            await #expect(throws: Problem.self) { try await desk.gateway.claim(link) }
            let waiting = try #require(try await desk.gateway.listWaiting().first)
            #expect(waiting.purpose == "水位が上がったら知らせる")
            try await desk.gateway.approve(waiting.id, plan: .standard, by: desk.manager)
            await #expect(throws: Problem.self) {
                try await desk.gateway.approve(waiting.id, plan: .standard, by: desk.manager)
            }
            let key = try await desk.gateway.claim(link)
            #expect(key.key.scope == .write)
            await #expect(throws: Problem.self) { try await desk.gateway.claim(link) }
            #expect(try await desk.gateway.findRequest(link)?.state == .claimed)
            let consumer = try #require(try await desk.gateway.listConsumers().first)
            let account = try #require(try await desk.gateway.findAccount(consumer.id))
            #expect(
                account.subscriptions.map(\.product) == ["context-read/v1", "subscriptions/v1"])
            #expect(account.keys.map(\.id) == [key.key.id])
        }
    }

    @Test("断られた申請は、わけを見せて終わる")
    func refused() async throws {
        try await GatewayDesk.with { desk in
            let link = try await desk.gateway.ask(try GatewayDesk.request([.contextWrite]))
            let waiting = try #require(try await desk.gateway.listWaiting().first)
            try await desk.gateway.refuse(waiting.id, answer: "目的が合いません", by: desk.manager)
            let found = try #require(try await desk.gateway.findRequest(link))
            #expect(found.state == .refused)
            #expect(found.answer == "目的が合いません")
            #expect(try await desk.gateway.listWaiting().isEmpty)
        }
    }

    @Test("担当でない人は承認できない")
    func onlyManagers() async throws {
        try await GatewayDesk.with { desk in
            _ = try await desk.gateway.ask(try GatewayDesk.request([.contextRead]))
            let waiting = try #require(try await desk.gateway.listWaiting().first)
            await #expect(throws: IdentityError.self) {
                try await desk.gateway.approve(waiting.id, plan: .standard, by: .anyone)
            }
        }
    }

    @Test("待てる申請の数には限りがある")
    func queueIsBounded() async throws {
        try await GatewayDesk.with { desk in
            for _ in 0..<AccessRequest.waitingMax {
                _ = try await desk.gateway.ask(try GatewayDesk.request([.contextRead]))
            }
            let full = try GatewayDesk.request([.contextRead])
            await #expect(throws: Problem.self) { try await desk.gateway.ask(full) }
        }
    }

    @Test("書きかけの申請は、直すところをすべて言う")
    func unfinishedRequest() throws {
        let faults = AccessRequest.faults(
            name: "", organisation: String(repeating: "長", count: 81), contact: "dev example",
            purpose: " ", products: ["no-such/v9"])
        #expect(Set(faults.keys) == ["name", "organisation", "contact", "products"])
        #expect(throws: Problem.self) {
            try AccessRequest(
                name: "", organisation: "", contact: "", purpose: "", products: [])
        }
    }

    @Test("鍵は契約した製品だけを開く。終えた契約と取り消した鍵は、すぐ断る")
    func productsOfAKey() async throws {
        try await GatewayDesk.with { desk in
            let (key, consumer) = try await desk.key(for: [.subscriptions])
            #expect(try await desk.refusal(key, .subscriptions) == nil)
            #expect(try await desk.refusal(key, .contextWrite)?.problem.kind == .forbidden)
            try await desk.gateway.endSubscription(
                consumer, of: APIProduct.subscriptions.name, by: desk.manager)
            #expect(try await desk.refusal(key, .subscriptions)?.problem.kind == .forbidden)
            try await desk.gateway.subscribe(
                consumer, to: APIProduct.subscriptions.name, plan: .large, by: desk.manager)
            #expect(try await desk.refusal(key, .subscriptions) == nil)
            let account = try #require(try await desk.gateway.findAccount(consumer))
            try await desk.gateway.revokeKey(account.keys[0].id, by: desk.manager)
            #expect(
                try await desk.refusal(key, .subscriptions)?.problem.kind == .unauthenticated)
        }
    }

    @Test("鍵のない人は開かれた製品だけを、住所ごとの速さで使う")
    func anyone() async throws {
        try await GatewayDesk.with { desk in
            #expect(try await desk.refusal(nil, .readings)?.problem.kind == .unauthenticated)
            for _ in 0..<RatePlan.anyone.burst {
                #expect(try await desk.refusal(nil, .contextRead) == nil)
            }
            let refused = try #require(try await desk.refusal(nil, .contextRead))
            #expect(refused.problem.kind == .tooManyRequests)
            #expect(refused.retryAfterSeconds == 1)
            #expect(try await desk.refusal(nil, .contextRead, from: "192.0.2.10") == nil)
            desk.clock.advance(by: .seconds(1))
            #expect(try await desk.refusal(nil, .contextRead) == nil)
        }
    }

    @Test("待たずに決めることは、待って決めることと同じで、断る人は数えない")
    func atOnce() async throws {
        try await GatewayDesk.with { desk in
            let (key, _) = try await desk.key(for: [.contextRead])
            func atOnce(_ token: SecretToken??, _ product: APIProduct) -> Admission? {
                desk.gateway.admitAtOnce(token, to: product, address: "192.0.2.9")
            }
            // Nobody knows the caller yet.
            #expect(atOnce(key, .contextRead) == nil && atOnce(nil, .contextRead) == nil)
            // `nil` alone would be taken for something sent that is no key.
            let callers: [SecretToken??] = [.some(.some(key)), .none]
            for token in callers {
                let first = try await desk.gateway.admit(
                    token, to: .contextRead, address: "192.0.2.9")
                let second = try #require(atOnce(token, .contextRead))
                let third = try await desk.gateway.admit(
                    token, to: .contextRead, address: "192.0.2.9")
                let left = [first, second, third].map { $0.limits?.remainingToday ?? 0 }
                #expect(left == [left[0], left[0] - 1, left[0] - 2])
                #expect(second.principal == first.principal)
                #expect(second.consumerID == first.consumerID)
            }
            #expect(atOnce(key, .contextWrite) == nil && atOnce(nil, .contextWrite) == nil)
            #expect(atOnce(.some(nil), .contextRead) == nil)
            // Until nothing is left: the refusal is told and counted once, by the other way.
            while atOnce(nil, .contextRead) != nil {}
            #expect(try await desk.refusal(nil, .contextRead)?.retryAfterSeconds != nil)
            desk.clock.advance(by: .days(40))
            #expect(atOnce(key, .contextRead) == nil)
        }
    }

    @Test("市自身の装置の鍵には、製品も上限もない")
    func ownDevices() async throws {
        try await GatewayDesk.with { desk in
            let key = try await desk.identity.createKey(
                name: "水位計", scope: .observe, expiresAt: desk.clock.now + .days(30), by: nil)
            let admission = try await desk.gateway.admit(
                key.token, to: .readings, address: "192.0.2.9")
            #expect(admission.consumerID == nil)
            #expect(admission.limits == nil)
        }
    }

    @Test("利用は日と製品ごとに数え、書き留め、次の日の枠は新しい", arguments: TestEngine.available)
    func usage(engine: TestEngine) async throws {
        try await GatewayDesk.with(engine) { desk in
            let (key, consumer) = try await desk.key(for: [.contextRead])
            for milliseconds in [2, 4] {
                let admission = try await desk.gateway.admit(
                    key, to: .contextRead, address: "192.0.2.9")
                desk.gateway.count(
                    admission, took: .milliseconds(milliseconds), hasFailed: milliseconds == 4)
            }
            await desk.gateway.writeUsage()
            let again = try await desk.gateway.admit(
                key, to: .contextRead, address: "192.0.2.9")
            #expect(again.limits?.remainingToday == RatePlan.standard.callsPerDay - 3)
            let lines = try await desk.gateway.listUsage(of: consumer, days: 7)
            #expect(lines.count == 1)
            #expect(lines[0].usage.calls == 2)
            #expect(lines[0].usage.failed == 1)
            #expect(lines[0].usage.meanMilliseconds == 3)
            #expect(lines[0].usage.microsecondsMax == 4_000)
            desk.clock.advance(by: .days(1))
            let tomorrow = try await desk.gateway.admit(
                key, to: .contextRead, address: "192.0.2.9")
            #expect(tomorrow.limits?.remainingToday == RatePlan.standard.callsPerDay - 1)
        }
    }
}

@Suite("上限")
struct LimitTests {
    private let key = LimitBook.Key(caller: "consumer:1", product: "context-read/v1")

    @Test("桶は均しく満ち、溢れない。時計が戻っても満ちない")
    func bucket() {
        let start = TestStores.morning
        var bucket = TokenBucket(full: .standard, at: start)
        for _ in 0..<RatePlan.standard.burst { #expect(bucket.take(.standard, at: start) == nil) }
        #expect(bucket.take(.standard, at: start) == 1)
        #expect(bucket.take(.standard, at: start - .hours(1)) == 1)
        let later = start + .hours(1)
        for _ in 0..<RatePlan.standard.burst { #expect(bucket.take(.standard, at: later) == nil) }
        #expect(bucket.take(.standard, at: later) != nil)
    }

    @Test("一日の枠を使い切ると、日本の零時まで断る")
    func quota() {
        let book = LimitBook()
        let now = TestStores.morning
        book.setToday(RatePlan.standard.callsPerDay - 1, key, .standard, at: now)
        guard case .go(let state) = book.take(key, .standard, at: now) else {
            Issue.record("the last call of the day goes")
            return
        }
        #expect(state.remainingToday == 0)
        guard case .quotaUsed(let seconds, _) = book.take(key, .standard, at: now) else {
            Issue.record("the day is used up")
            return
        }
        #expect(CivilTime(now + .seconds(seconds)).hour == 0)
        let tomorrow = now + .seconds(seconds)
        #expect(book.knows(key, at: tomorrow) == false)
    }

    @Test("覚える相手の数には限りがある")
    func bounded() {
        let book = LimitBook()
        let start = TestStores.morning
        for number in 0...LimitBook.bucketsMax {
            book.setToday(
                0, .init(caller: "a\(number)", product: "p"), .anyone,
                at: start + .milliseconds(number))
        }
        #expect(!book.knows(.init(caller: "a0", product: "p"), at: start))
        #expect(book.knows(.init(caller: "a\(LimitBook.bucketsMax)", product: "p"), at: start))
    }
}

@Suite("製品")
struct ProductTests {
    @Test(
        "扉はどれか一つの製品のもの",
        arguments: [
            ("/ngsi-ld/v1/entities", true, "context-read/v1"),
            ("/ngsi-ld/v1/entities/urn:a:b", false, "context-write/v1"),
            ("/ngsi-ld/v1/entityOperations/query", false, "context-read/v1"),
            ("/ngsi-ld/v1/subscriptions", true, "subscriptions/v1"),
            ("/ngsi-ld/v1/csourceRegistrations", true, "context-write/v1"),
            ("/ingest/v1/readings", false, "readings/v1"), ("/rivers", true, nil),
        ] as [(String, Bool, String?)])
    func doors(path: String, isRead: Bool, product: String?) {
        #expect(APIProduct.of(path: path, isRead: isRead)?.name == product)
    }
}
