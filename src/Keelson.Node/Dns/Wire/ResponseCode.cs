namespace Keelson.Node.Dns.Wire;

/// <summary>How an answer says what became of the question.</summary>
internal enum ResponseCode
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,
    NoSuchName = 3,
    NotImplemented = 4,
    Refused = 5,

    /// <summary>Needs EDNS: its upper bits stand in the OPT record.</summary>
    BadVersion = 16,
}
