import CityIdentity
import CityKernel
import CityPlatform
import CityWeb
import HTTPTypes
import Hummingbird

extension NGSILDAccess {
    /// Everybody reads: every noun of this city is open data. Writing needs a key of scope `write`.
    static func of(_ city: City) -> NGSILDAccess {
        guard !city.isOpenAPI else { return .open }
        let identity = city.identity
        return NGSILDAccess { request, _, kind in
            guard kind == .write else { return "anyone" }
            let prefix = "Bearer "
            let header = request.headers[.authorization] ?? ""
            let token =
                header.hasPrefix(prefix)
                ? SecretToken(String(header.dropFirst(prefix.count))) : nil
            let principal = try await identity.principal(key: token)
            try principal.require(.writeContext)
            return principal.actor
        }
    }
}
