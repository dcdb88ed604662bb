import CityKernel

/// How far a subscription goes beyond the city. It stands beside the members in the stored document,
/// so that sources which register later are told of it, too.
package struct SubscriptionReach: Sendable, Hashable {
    /// Where notifications of sources come back to: this city's own address.
    package var address: String
    /// Who passed the subscription on, this city last, as a `Via` header says it.
    package var via: String
    /// The tenant that subscribed; `nil` for the city itself.
    package var tenant: String?

    package init(address: String, via: String, tenant: String?) {
        self.address = address
        self.via = via
        self.tenant = tenant
    }

    static let key = "reach@city"

    init?(_ document: JSONObject) {
        guard let json = document[Self.key], let address = json["address"]?.string,
            let via = json["via"]?.string
        else { return nil }
        self.init(address: address, via: via, tenant: json["tenant"]?.string)
    }

    var json: JSONValue {
        var object = JSONObject([("address", .string(address)), ("via", .string(via))])
        object["tenant"] = tenant.map(JSONValue.string)
        return .object(object)
    }

    /// The pseudonyms of those who passed it on.
    var passedBy: Set<String> {
        Set(
            via.split(separator: ",").compactMap { hop in
                let words = hop.split(separator: " ")
                return words.count > 1 ? String(words[1]) : nil
            })
    }
}

extension Subscription {
    /// `nil` for a subscription that stays in the city.
    package var reach: SubscriptionReach? {
        get { SubscriptionReach(document) }
        set { document[SubscriptionReach.key] = newValue?.json }
    }

    /// Entities may be spread over several holders, so that only all of them together meet the
    /// conditions.
    var isSplit: Bool { document["splitEntities"]?.bool == true }
}
