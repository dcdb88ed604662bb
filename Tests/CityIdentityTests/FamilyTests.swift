import CityIdentity
import CityKernel
import CityTesting
import Testing

@Suite("家族と代わりの手続き")
struct FamilyTests {
    private func join(_ hall: CityHall, _ subject: String) async throws -> Resident {
        try await hall.identity.signIn(
            ResidentProof(issuer: "https://id.example.jp", subject: subject), device: "端末"
        ).session.resident
    }

    /// A clerk of the counter.
    private func clerk(_ hall: CityHall) async throws -> Principal {
        try await hall.hire("madoguchi", duties: [.counter])
        return .staff(try await hall.signIn("madoguchi").session)
    }

    @Test(
        "18歳は日本の誕生日の午前0時に始まる。2月29日生まれは、その日のない年は3月1日から",
        arguments: [
            ("2009-07-04", "2027-07-03T15:00:00Z"), ("2008-02-29", "2026-02-28T15:00:00Z"),
            ("2012-02-28", "2030-02-27T15:00:00Z"), ("2008-12-31", "2026-12-30T15:00:00Z"),
        ])
    func majority(born: String, begins: String) throws {
        let parts = born.split(separator: "-").compactMap { Int($0) }
        let found = Majority.begins(bornIn: parts[0], month: parts[1], day: parts[2])
        #expect(found == Timestamp(iso8601: begins))
        #expect(Majority.begins(bornIn: 2023, month: 2, day: 29) == nil)
        #expect(Majority.begins(bornIn: 2023, month: 13, day: 1) == nil)
        #expect(Majority.begins(bornIn: 3_000, month: 1, day: 1) == nil)
    }

    @Test("保護者は子どもの手続きをし、18歳の時をもって自然に終わる", arguments: TestEngine.available)
    func guardian(engine: TestEngine) async throws {
        try await CityHall.with(engine) { hall in
            let (identity, clock) = (hall.identity, hall.clock)
            let clerk = try await clerk(hall)
            let (mother, father) = (try await join(hall, "母"), try await join(hall, "父"))
            let majority = clock.now + .days(10)
            await #expect(throws: IdentityError.self) {
                try await identity.registerChild(
                    of: mother, turning18: majority, shown: .familyRegister, by: .anyone)
            }
            await #expect(throws: Problem.self) {
                try await identity.registerChild(
                    of: mother, turning18: clock.now, shown: .familyRegister, by: clerk)
            }
            let (child, _) = try await identity.registerChild(
                of: mother, turning18: majority, shown: .familyRegister, by: clerk)
            _ = try await identity.addGuardian(
                father, of: child, shown: .myNumberCard, by: clerk)
            await #expect(throws: Problem.self) {
                try await identity.addGuardian(father, of: child, shown: .passport, by: clerk)
            }
            await #expect(throws: Problem.self) {
                try await identity.addGuardian(father, of: mother, shown: .passport, by: clerk)
            }
            #expect(
                try await identity.household(of: child.id)?.memberIDs.sorted()
                    == [mother.id, child.id].sorted())
            for agent in [mother, father] {
                #expect(
                    try await identity.representation(of: child.id, by: agent.id, in: .health)
                        != nil)
                #expect(
                    try await identity.representation(of: agent.id, by: child.id, in: .health)
                        == nil)
            }
            clock.advance(to: majority - .seconds(1))
            #expect(
                try await identity.representation(of: child.id, by: mother.id, in: .children)
                    != nil)
            clock.advance(to: majority)
            #expect(
                try await identity.representation(of: child.id, by: mother.id, in: .children)
                    == nil)
            let told = try await identity.listRepresentations(of: child)
            #expect(told.count == 2 && told.allSatisfy { $0.endedByAge(at: clock.now) })
            clock.advance(by: .days(91))
            #expect(!told.contains { $0.endedByAge(at: clock.now) })
        }
    }

    @Test("委任は任せたことだけに、終わりの日まで、一度だけ受けられる", arguments: TestEngine.available)
    func proxy(engine: TestEngine) async throws {
        try await CityHall.with(engine) { hall in
            let (identity, clock) = (hall.identity, hall.clock)
            let (grandmother, helper) = (try await join(hall, "祖母"), try await join(hall, "孫"))
            let end = clock.now + .days(30)
            let wrong: [(Set<Representation.Matter>, Timestamp)] = [
                ([], end), ([.payments], clock.now), ([.payments], clock.now + .days(400)),
            ]
            for (matters, until) in wrong {
                await #expect(throws: Problem.self) {
                    try await identity.offerMandate(by: grandmother, in: matters, until: until)
                }
            }
            let secret = try await identity.offerMandate(
                by: grandmother, in: [.payments, .evacuation], until: end)
            #expect(try await identity.findMandate(secret)?.matters == [.payments, .evacuation])
            await #expect(throws: Problem.self) {
                try await identity.takeMandate(secret, by: grandmother)
            }
            let right = try await identity.takeMandate(secret, by: helper)
            await #expect(throws: Problem.self) {
                try await identity.takeMandate(secret, by: helper)
            }
            func may(_ matter: Representation.Matter) async throws -> Bool {
                try await identity.representation(of: grandmother.id, by: helper.id, in: matter)
                    != nil
            }
            #expect(try await may(.payments))
            #expect(try await !may(.health))
            try await identity.setNickname("ばあちゃん", of: right.id, by: helper)
            #expect(
                try await identity.listRepresentations(of: helper).map(\.nickname) == ["ばあちゃん"])
            await #expect(throws: Problem.self) {
                try await identity.setNickname("別の人", of: right.id, by: grandmother)
            }
            let stranger = try await join(hall, "他人")
            await #expect(throws: Problem.self) {
                try await identity.endMandate(right.id, by: stranger)
            }
            try await identity.endMandate(right.id, by: grandmother)
            #expect(try await !may(.payments))

            let old = try await identity.offerMandate(by: grandmother, in: [.health], until: end)
            clock.advance(by: Representation.offerLife)
            #expect(try await identity.findMandate(old) == nil)
            await #expect(throws: Problem.self) {
                try await identity.takeMandate(old, by: helper)
            }
        }
    }

    @Test("代わりの手続きには件数の限りがある")
    func limit() async throws {
        try await CityHall.with { hall in
            let identity = hall.identity
            let helper = try await join(hall, "世話人")
            let end = hall.clock.now + .days(30)
            for number in 0..<Representation.countMax {
                let giver = try await join(hall, "人\(number)")
                let secret = try await identity.offerMandate(
                    by: giver, in: [.evacuation], until: end)
                try await identity.takeMandate(secret, by: helper)
            }
            let giver = try await join(hall, "もう一人")
            let secret = try await identity.offerMandate(by: giver, in: [.health], until: end)
            await #expect(throws: Problem.self) {
                try await identity.takeMandate(secret, by: helper)
            }
            // It was not lost by the refusal.
            #expect(try await identity.findMandate(secret) != nil)
            #expect(try await identity.listRepresentations(of: giver).isEmpty)
        }
    }

    @Test("窓口番号は10分のあいだ一度だけ通り、全角でも読める", arguments: TestEngine.available)
    func counterCode(engine: TestEngine) async throws {
        try await CityHall.with(engine) { hall in
            let clerk = try await clerk(hall)
            let hana = try await join(hall, "花")
            let first = try await hall.identity.issueCounterCode(to: hana)
            let code = try await hall.identity.issueCounterCode(to: hana)
            let wide = code.spoken.unicodeScalars.map { scalar -> String in
                scalar == " " ? "　" : String(UnicodeScalar(scalar.value - 0x30 + 0xFF10)!)
            }.joined()
            for wrong in ["", "1234", "abcdefgh", first.text] where wrong != code.text {
                await #expect(throws: Problem.self) {
                    try await hall.identity.readCounterCode(wrong, by: clerk)
                }
            }
            #expect(try await hall.identity.readCounterCode(wide, by: clerk) == hana)
            await #expect(throws: Problem.self) {
                try await hall.identity.readCounterCode(code.text, by: clerk)
            }
            let late = try await hall.identity.issueCounterCode(to: hana)
            hall.clock.advance(by: CounterCode.life)
            await #expect(throws: Problem.self) {
                try await hall.identity.readCounterCode(late.text, by: clerk)
            }
            await #expect(throws: IdentityError.self) {
                try await hall.identity.readCounterCode(late.text, by: .anyone)
            }
        }
    }

    @Test("世帯は合わせられ、人数に限りがあり、退会した人は抜ける", arguments: TestEngine.available)
    func household(engine: TestEngine) async throws {
        try await CityHall.with(engine) { hall in
            let clerk = try await clerk(hall)
            let first = try await join(hall, "0")
            #expect(try await hall.identity.household(of: first.id) == nil)
            var last = first
            for number in 1..<Household.membersMax {
                last = try await join(hall, "\(number)")
                try await hall.identity.join(last, householdOf: first, by: clerk)
            }
            let home = try #require(try await hall.identity.household(of: last.id))
            #expect(home.memberIDs.count == Household.membersMax)
            let more = try await join(hall, "多い")
            await #expect(throws: Problem.self) {
                try await hall.identity.join(more, householdOf: last, by: clerk)
            }
            try await hall.identity.leave(last)
            #expect(try await hall.identity.household(of: last.id) == nil)
            try await hall.identity.join(more, householdOf: first, by: clerk)
        }
    }

    @Test("店は代表が人を入れ、代表がいなくなることはない", arguments: TestEngine.available)
    func organisation(engine: TestEngine) async throws {
        try await CityHall.with(engine) { hall in
            let (identity, clerk) = (hall.identity, try await clerk(hall))
            let (owner, cook) = (try await join(hall, "店主"), try await join(hall, "料理人"))
            await #expect(throws: IdentityError.self) {
                try await identity.addOrganisation(named: "", owner: owner, by: clerk)
            }
            let shop = try await identity.addOrganisation(
                named: "球磨川うどん", owner: owner, by: clerk)
            await #expect(throws: Problem.self) {
                try await identity.set(cook, .owner, in: shop.id, by: cook)
            }
            try await identity.set(cook, .member, in: shop.id, by: owner)
            #expect(try await identity.listOrganisations(of: cook).map(\.name) == ["球磨川うどん"])
            for role in [Organisation.Role.member, nil] {
                await #expect(throws: Problem.self) {
                    try await identity.set(owner, role, in: shop.id, by: owner)
                }
            }
            try await identity.set(cook, .owner, in: shop.id, by: owner)
            try await identity.set(owner, nil, in: shop.id, by: cook)
            #expect(try await identity.listOrganisations(of: owner).isEmpty)
        }
    }
}
