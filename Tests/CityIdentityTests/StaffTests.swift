import CityIdentity
import CityKernel
import CityStore
import CityTesting
import Testing

struct StaffTests {
    @Test(
        "最初の口座は職員がいないときだけ作られ、パスワードを変えるまで仮のものである",
        arguments: TestEngine.available)
    func first(engine: TestEngine) async throws {
        try await CityHall.with(engine) { hall in
            let another = try await hall.identity.createFirstStaff()
            #expect(another == nil)
            let staff = try await hall.identity.listStaff()
            #expect(staff.map(\.login) == [Identity.firstLogin])
            #expect(staff.allSatisfy { $0.mustChangePassword })
            #expect(hall.manager.may(.manageStaff))
        }
    }

    @Test("パスワードを変えると、古いものでは入れず、ほかのセッションは終わる")
    func change() async throws {
        try await CityHall.with { hall in
            try await hall.hire()
            let here = try await hall.signIn()
            let elsewhere = try await hall.signIn()
            let new = "青井阿蘇の茅葺きの門"
            try await hall.identity.changePassword(
                of: here.session, current: CityHall.password, new: new,
                address: CityHall.address)
            #expect(try await hall.identity.findSession(here.token) != nil)
            #expect(try await hall.identity.findSession(elsewhere.token) == nil)
            #expect(try await hall.refusal("sato", CityHall.password) == .wrongCredentials)
            #expect(try await hall.refusal("sato", new) == nil)
            await #expect(throws: IdentityError.wrongCredentials) {
                try await hall.identity.changePassword(
                    of: here.session, current: "ちがうパスワードです", new: new,
                    address: CityHall.address)
            }
        }
    }

    @Test("忘れた人には一度きりの新しいパスワードを出し、変更を求める")
    func reset() async throws {
        try await CityHall.with { hall in
            try await hall.hire()
            let old = try await hall.signIn()
            let fresh = try await hall.identity.resetPassword(login: "SATO", by: nil)
            #expect(try await hall.identity.findSession(old.token) == nil)
            let signedIn = try await hall.signIn("sato", fresh.password)
            #expect(signedIn.session.staff.mustChangePassword)
            await #expect(throws: IdentityError.unknownStaff) {
                try await hall.identity.resetPassword(login: "nobody", by: nil)
            }
        }
    }

    @Test(
        "使えないログインID、名前、パスワードは理由をつけて断る",
        arguments: [
            ("佐藤", "佐藤", CityHall.password, "login"), ("a", "佐藤", CityHall.password, "login"),
            ("sato", "", CityHall.password, "displayName"), ("sato", "佐藤", "短い", "password"),
            ("sato", "佐藤", "ああああああああああああ", "password"),
            ("sato", "佐藤", "sato-no-himitsu", "password"),
        ])
    func rules(login: String, name: String, password: String, field: String) async throws {
        try await CityHall.with { hall in
            let refusal = await #expect(throws: IdentityError.self) {
                try await hall.identity.createStaff(
                    login: login, displayName: name, duties: [], password: password,
                    by: hall.manager)
            }
            guard case .unacceptable(field, _) = refusal else {
                Issue.record("refused with \(String(describing: refusal))")
                return
            }
        }
    }

    @Test("同じログインIDは二つ作れない", arguments: TestEngine.available)
    func unique(engine: TestEngine) async throws {
        try await CityHall.with(engine) { hall in
            try await hall.hire()
            await #expect(throws: IdentityError.loginTaken) { try await hall.hire("Sato") }
            #expect(try await hall.identity.listStaff().map(\.login) == ["kanri", "sato"])
        }
    }

    @Test("担当にないことは許されず、だれでもない人には何も許されない")
    func denial() async throws {
        try await CityHall.with { hall in
            try await hall.hire("toda", duties: [.school])
            let session = try await hall.signIn("toda").session
            let teacher = Principal.staff(session)
            #expect(teacher.permissions == [.viewStaffPages])
            #expect(throws: IdentityError.forbidden(.approveOrder)) {
                try teacher.require(.approveOrder)
            }
            await #expect(throws: IdentityError.forbidden(.manageStaff)) {
                try await hall.identity.createStaff(
                    login: "x1", displayName: "x", duties: [], password: CityHall.password,
                    by: teacher)
            }
            for permission in Permission.allCases {
                #expect(!Principal.anyone.may(permission))
                #expect(throws: IdentityError.notSignedIn) {
                    try Principal.anyone.require(permission)
                }
            }
        }
    }

    @Test("どの許可にも、持つ担当か鍵がある")
    func everyPermissionIsHeld() {
        let held = Duty.allCases.reduce(into: Set<Permission>()) { $0.formUnion($1.permissions) }
            .union(DeviceKey.Scope.write.permissions)
        #expect(held == Set(Permission.allCases))
    }

    @Test("口座を閉じると、開いているセッションもすぐ終わる")
    func closing() async throws {
        try await CityHall.with { hall in
            var staff = try await hall.hire()
            let signedIn = try await hall.signIn()
            staff.isActive = false
            try await hall.identity.update(staff, by: hall.manager)
            #expect(try await hall.identity.findSession(signedIn.token) == nil)
        }
    }
}
