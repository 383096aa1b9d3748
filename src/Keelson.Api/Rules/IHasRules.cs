using Keelson.Api.Validation;

namespace Keelson.Api;

/// <summary>A kind with rules beyond its schema. Written by hand beside the type; metadata is checked by the server for all kinds.</summary>
public interface IHasRules : IResource
{
    /// <summary>Reports everything that is wrong with the object as a new one. Defaults have been filled in.</summary>
    void Validate(FieldErrors errors);

    /// <summary>Reports everything that is wrong with the object as the successor of <paramref name="old"/>.</summary>
    void ValidateUpdate(IResource old, FieldErrors errors);

    /// <summary>Reports what is wrong with the status, which is written by itself.</summary>
    void ValidateStatusUpdate(IResource old, FieldErrors errors) { }
}
