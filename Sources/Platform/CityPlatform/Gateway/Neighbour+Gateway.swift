package import CityBroker
package import CityGateway
import CityIdentity
import CityKernel

extension Neighbour {
    /// What it may do at most, whatever its consumer is subscribed to.
    var scope: DeviceKey.Scope {
        rights.isDisjoint(with: [.write, .subscribe]) ? .read : .write
    }

    var principal: Principal { .neighbour(id: id, scope: scope) }

    /// How the gateway knows it.
    package var account: NeighbourAccount {
        let products = Right.allCases.filter(rights.contains).map { right -> APIProduct in
            switch right {
            case .read: .contextRead
            case .subscribe: .subscriptions
            case .write: .contextWrite
            }
        }
        return NeighbourAccount(id: id, name: name.japanese, products: products)
    }
}
