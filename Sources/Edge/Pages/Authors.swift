import CityIdentity
import CityKernel
import CityPlatform
import CityWeb

/// Who made an edition, as colleagues know them.
struct Authors: Sendable {
    let names: [String: String]

    static func of(_ city: City) async throws -> Authors {
        let staff = try await city.identity.listStaff()
        return Authors(
            names: Dictionary(
                staff.map { ($0.id, $0.displayName) }, uniquingKeysWith: { first, _ in first }))
    }

    func name(_ author: String, _ language: Language, _ texts: Texts) -> String {
        author.hasPrefix("edge/") ? texts["deviceByItself"][language] : names[author] ?? author
    }
}
