/// UN/CEFACT codes as people write the units.
package enum UnitWords {
    private static let symbols = [
        "CEL": "℃", "MTR": "m", "CMT": "cm", "MMT": "mm", "P1": "%", "MTS": "m/s", "A97": "hPa",
        "KWT": "kW", "KWH": "kWh", "VLT": "V", "AMP": "A", "WTT": "W", "LUX": "lx", "DBM": "dBm",
        "2N": "dB", "MTK": "m²", "HUR": "h", "GQ": "µg/m³", "59": "ppm", "DD": "°", "KMH": "km/h",
    ]

    /// The symbol of a unit code of UN/CEFACT Recommendation 20, or the code itself.
    package static func symbol(_ code: String) -> String { symbols[code] ?? code }
}
