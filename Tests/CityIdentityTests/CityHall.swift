import CityIdentity
import CityKernel
import CityStore
import CityTesting
import Logging

/// A city hall with one manager and one member of the disaster team, on a clock of its own.
struct CityHall {
    static let password = "川霧にともる灯りをみる"
    static let address = "192.0.2.7"

    let identity: Identity
    let store: any Store
    let clock: ManualClock
    let manager: Principal

    static func with(
        _ engine: TestEngine = .sqlite,
        configure: (inout IdentityConfiguration) -> Void = { _ in },
        _ body: (CityHall) async throws -> Void
    ) async throws {
        let clock = ManualClock(TestStores.morning)
        var configuration = IdentityConfiguration()
        configuration.scrypt = .quick
        configuration.passwordCharactersMin = 10
        configure(&configuration)
        let settings = configuration
        try await TestStores.with(engine, clock: clock, migrations: Identity.migrations) { store in
            var logger = Logger(label: "city.test")
            logger.logLevel = .critical
            let identity = Identity(
                store: store, clock: clock, logger: logger, configuration: settings)
            let first = try require(try await identity.createFirstStaff(), "first staff")
            let signedIn = try await identity.signIn(
                Credentials(
                    login: first.staff.login, password: first.password, address: "192.0.2.1"))
            let hall = CityHall(
                identity: identity, store: store, clock: clock,
                manager: .staff(signedIn.session))
            try await body(hall)
        }
    }

    /// Makes an account with `password`.
    @discardableResult
    func hire(_ login: String = "sato", duties: Set<Duty> = [.disaster]) async throws -> Staff {
        try await identity.createStaff(
            login: login, displayName: "佐藤", duties: duties, password: Self.password, by: manager)
    }

    func signIn(
        _ login: String = "sato", _ password: String = CityHall.password,
        from address: String = CityHall.address, replacing old: SecretToken? = nil
    ) async throws -> SignedIn {
        try await identity.signIn(
            Credentials(login: login, password: password, address: address, device: "庁内端末"),
            replacing: old)
    }

    /// What a sign-in was refused with; `nil` when it was not.
    func refusal(
        _ login: String = "sato", _ password: String, from address: String = CityHall.address
    ) async throws -> IdentityError? {
        do {
            _ = try await signIn(login, password, from: address)
            return nil
        } catch let error as IdentityError {
            return error
        }
    }
}

/// `#require` for places where the macro has no test to report to.
func require<Value>(_ value: Value?, _ what: String) throws -> Value {
    guard let value else { throw Missing(what: what) }
    return value
}

struct Missing: Error {
    var what: String
}
