import CityKernel
import CityWeb

/// The addresses of the developer portal.
enum DeveloperPaths {
    static let home = "/developers"
    static let types = "/developers/types"
    static let tryOut = "/developers/try"
    static let keys = "/developers/keys"
    static let requests = "/developers/requests"
    static let openAPI = "/openapi.json"
    static let staff = "/staff/developers"

    static func type(_ name: String) -> String { types + "/" + name.percentEncoded }
    static func request(_ token: String) -> String { requests + "/" + token }
    static func consumer(_ id: Int64) -> String { "\(staff)/\(id)" }
}
