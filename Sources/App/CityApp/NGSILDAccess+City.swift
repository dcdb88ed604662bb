import CityIdentity
import CityPlatform
import CityWeb

extension NGSILDAccess {
    /// Everybody reads: every noun of this city is open data. Writing needs a key of scope `write`,
    /// which the gateway has read before; without keys (`isOpenAPI`) everybody writes.
    static func of(_ city: City) -> NGSILDAccess {
        let isOpen = city.isOpenAPI
        return NGSILDAccess { principal, kind in
            if case .anyone = principal, isOpen { return "ngsi-ld" }
            guard kind == .write else { return principal.actor }
            try principal.require(.writeContext)
            return principal.actor
        }
    }
}
