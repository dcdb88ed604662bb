import CityIdentity
import CityKernel
import CityTesting
import Testing

struct AttemptTests {
    @Test("待ち時間は1秒から倍々にのび、60秒をこえない")
    func growth() {
        let policy = AttemptPolicy()
        let waits = (0...12).map { Int(policy.wait(afterFailures: $0, free: 3).inSeconds) }
        #expect(waits == [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60])
        #expect(policy.wait(afterFailures: .max, free: 3) == policy.waitMax)
    }

    @Test("まちがいが続くと待たせ、待てば正しい組で入れる", arguments: TestEngine.available)
    func waits(engine: TestEngine) async throws {
        try await CityHall.with(engine) { hall in
            try await hall.hire()
            for _ in 0..<3 {
                #expect(try await hall.refusal("sato", "ちがうパスワードです") == .wrongCredentials)
            }
            let blocked = try await hall.refusal("sato", CityHall.password)
            #expect(blocked == .tooManyAttempts(retryAfterSeconds: 1))
            hall.clock.advance(by: .seconds(1))
            #expect(try await hall.refusal("sato", "ちがうパスワードです") == .wrongCredentials)
            let longer = try await hall.refusal("sato", CityHall.password)
            #expect(longer == .tooManyAttempts(retryAfterSeconds: 2))
            hall.clock.advance(by: .seconds(2))
            #expect(try await hall.refusal("sato", CityHall.password) == nil)
            // Right once, it starts anew.
            #expect(try await hall.refusal("sato", "ちがうパスワードです") == .wrongCredentials)
            #expect(try await hall.refusal("sato", CityHall.password) == nil)
        }
    }

    @Test("ほかの場所からの攻撃は、職員を締め出さない")
    func noLockout() async throws {
        try await CityHall.with { hall in
            try await hall.hire()
            for _ in 0..<50 {
                _ = try await hall.refusal("sato", "ちがうパスワードです", from: "203.0.113.9")
                hall.clock.advance(by: .seconds(61))
            }
            #expect(try await hall.refusal("sato", CityHall.password) == nil)
        }
    }

    @Test("一つの場所から多くのIDを試すと、その場所が待たされる")
    func spraying() async throws {
        try await CityHall.with { hall in
            for number in 0..<30 {
                let refusal = try await hall.refusal("user\(number)", "ちがうパスワードです")
                #expect(refusal == .wrongCredentials)
            }
            let refusal = try await hall.refusal("user99", "ちがうパスワードです")
            #expect(refusal == .tooManyAttempts(retryAfterSeconds: 1))
        }
    }

    @Test("同時に多くを試しても、数えた分しか答えない")
    func manyAtOnce() async throws {
        try await CityHall.with { hall in
            try await hall.hire()
            let answers = await withTaskGroup(of: IdentityError?.self) { group in
                for _ in 0..<20 {
                    group.addTask { try! await hall.refusal("sato", "ちがうパスワードです") }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count { $0 == .wrongCredentials } == 3)
        }
    }

    @Test("しばらくたてば忘れる")
    func forgets() async throws {
        try await CityHall.with { hall in
            try await hall.hire()
            for _ in 0..<3 { _ = try await hall.refusal("sato", "ちがうパスワードです") }
            hall.clock.advance(by: .minutes(15))
            for _ in 0..<3 {
                #expect(try await hall.refusal("sato", "ちがうパスワードです") == .wrongCredentials)
            }
        }
    }
}
