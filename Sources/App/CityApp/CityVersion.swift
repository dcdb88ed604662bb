/// The program's version, as `cityos --version`, `/health` and `publiccode.yml` say it.
package enum CityVersion {
    package static let text = "0.1.0"
}
