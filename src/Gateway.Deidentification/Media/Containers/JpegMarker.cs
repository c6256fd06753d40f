namespace Gateway.Deidentification.Media.Containers;

/// <summary>Marker codes of Rec. ITU-T T.81 table B.1 that are told apart here; the second byte after FF.</summary>
internal static class JpegMarker
{
    public const byte Tem = 0x01;
    public const byte Sof0 = 0xC0;
    public const byte Sof1 = 0xC1;
    public const byte Sof2 = 0xC2;
    public const byte Dht = 0xC4;
    public const byte Jpg = 0xC8;
    public const byte Dac = 0xCC;
    public const byte Rst0 = 0xD0;
    public const byte Rst7 = 0xD7;
    public const byte Soi = 0xD8;
    public const byte Eoi = 0xD9;
    public const byte Sos = 0xDA;
    public const byte Dqt = 0xDB;
    public const byte Dnl = 0xDC;
    public const byte Dri = 0xDD;
    public const byte Dhp = 0xDE;
    public const byte App0 = 0xE0;
    public const byte App1 = 0xE1;
    public const byte App2 = 0xE2;
    public const byte App14 = 0xEE;

    /// <summary>True for every start of frame, whatever the coding process.</summary>
    public static bool IsStartOfFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (Dht or Jpg or Dac);

    /// <summary>True for markers that stand alone, without a length.</summary>
    public static bool StandsAlone(byte marker) => marker is Tem or Eoi or (>= Rst0 and <= Rst7);
}
