using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Keelson.Client.Configuration;

/// <summary>Puts on a request who the client is.</summary>
internal abstract class CredentialSource : IDisposable
{
    /// <summary>The certificate for the next connection, if there is one.</summary>
    public virtual X509Certificate2? Certificate => null;

    public static CredentialSource Of(ClientConfiguration? configuration, TimeProvider time)
    {
        CredentialSource source = configuration switch
        {
            { Exec: { } exec } => new ExecCredentials(exec, configuration, time),
            { TokenFile: { } file } => new FileToken(file, configuration.Token, time),
            { Token: { } token } => new FixedHeader(new AuthenticationHeaderValue("Bearer", token)),
            { Username: { } name } => new FixedHeader(new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{configuration.Password}")))),
            _ => new FixedHeader(null),
        };
        return configuration?.Impersonate is { } other ? new ImpersonatingCredentials(source, other) : source;
    }

    public abstract ValueTask ApplyAsync(HttpRequestMessage request, CancellationToken cancel);

    /// <summary>Forgets what the server refused; false where nothing else can be had.</summary>
    public virtual bool Invalidate() => false;

    public virtual void Dispose() { }

    internal static X509Certificate2 LoadCertificate(string certificate, string key, string source)
    {
        try
        {
            return X509Certificate2.CreateFromPem(certificate, key);
        }
        catch (CryptographicException wrong)
        {
            throw new ConfigurationException($"{source}: the client's certificate and key are no pair in PEM: {wrong.Message}", wrong);
        }
    }
}

/// <summary>What never changes: a token, a name with a password, or nothing.</summary>
internal sealed class FixedHeader(AuthenticationHeaderValue? value) : CredentialSource
{
    public override ValueTask ApplyAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        if (value is not null) request.Headers.Authorization = value;
        return ValueTask.CompletedTask;
    }
}

/// <summary>A token in a file that others keep new; where the file cannot be read any more, the last one serves on.</summary>
internal sealed class FileToken(string file, string? fallback, TimeProvider time) : CredentialSource
{
    /// <summary>For how long a token is not read again.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private AuthenticationHeaderValue? _value;
    private DateTimeOffset _readAt;

    public override ValueTask ApplyAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        request.Headers.Authorization = Value();
        return ValueTask.CompletedTask;
    }

    public override bool Invalidate()
    {
        lock (_lock)
        {
            if (_value is null) return false;
            var before = _value;
            _readAt = DateTimeOffset.MinValue;
            return !Value().Equals(before);
        }
    }

    private AuthenticationHeaderValue Value()
    {
        lock (_lock)
        {
            if (_value is not null && time.GetUtcNow() - _readAt < Lifetime) return _value;
            try
            {
                var text = File.ReadAllText(file).Trim();
                if (text.Length == 0) throw new ConfigurationException($"the token file {file} is empty");
                _value = new AuthenticationHeaderValue("Bearer", text);
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ConfigurationException)
            {
                if (_value is null && fallback is not null) _value = new AuthenticationHeaderValue("Bearer", fallback);
                if (_value is null) throw unreadable as ConfigurationException ?? new ConfigurationException($"unable to read the token file {file}: {unreadable.Message}", unreadable);
            }

            _readAt = time.GetUtcNow();
            return _value;
        }
    }
}

/// <summary>Who the client is, and as whom it acts.</summary>
internal sealed class ImpersonatingCredentials(CredentialSource inner, Impersonation other) : CredentialSource
{
    public override X509Certificate2? Certificate => inner.Certificate;

    public override async ValueTask ApplyAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        await inner.ApplyAsync(request, cancel).ConfigureAwait(false);
        request.Headers.Add("Impersonate-User", other.User);
        if (other.Uid.Length > 0) request.Headers.Add("Impersonate-Uid", other.Uid);
        foreach (var group in other.Groups) request.Headers.Add("Impersonate-Group", group);
        foreach (var (key, values) in other.Extra)
        {
            // A key may have letters that a header's name may not.
            foreach (var value in values) request.Headers.Add("Impersonate-Extra-" + Uri.EscapeDataString(key.ToLowerInvariant()), value);
        }
    }

    public override bool Invalidate() => inner.Invalidate();

    public override void Dispose() => inner.Dispose();
}
