using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace MultiPanel.Data;

/// <summary>
/// Writes what has changed in a context that holds one row: one statement. On MySQL, SaveChanges would send two more
/// with it: <c>SET AUTOCOMMIT</c> and <c>SELECT ROW_COUNT()</c>.
/// </summary>
public static class RowUpdate
{
    /// <summary>Writes the changed columns of the row, if its concurrency tokens are as they were read.</summary>
    /// <param name="db">Holds <paramref name="row"/>, attached before it was changed. Where it holds more, all of it is saved with the row or not at all.</param>
    /// <returns>False: the row is gone, or another writer has changed it; nothing was written.</returns>
    /// <param name="unchanged">Names of properties that must be as they were read, besides the concurrency tokens; for a row that is alone.</param>
    public static async Task<bool> UpdateAsync(this PanelDb db, object row, CancellationToken cancellation, params string[] unchanged)
    {
        if (db.ChangeTracker.Entries().Take(2).Count() > 1)
        {
            return await SaveAllAsync(db, cancellation);
        }

        var entry = db.Entry(row);
        if (entry.State != EntityState.Modified)
        {
            return true;
        }

        var sql = db.GetService<ISqlGenerationHelper>();
        using var factory = db.Database.GetDbConnection().CreateCommand();
        var (text, parameters) = (new StringBuilder("UPDATE ").Append(sql.DelimitIdentifier(entry.Metadata.GetTableName()!)), new List<object>());
        var table = StoreObjectIdentifier.Table(entry.Metadata.GetTableName()!);
        var separator = " SET ";
        foreach (var property in entry.Properties.Where(property => property.IsModified))
        {
            Append(separator, property.Metadata, property.CurrentValue);
            separator = ", ";
        }

        separator = " WHERE ";
        foreach (var property in entry.Properties.Where(property => property.Metadata.IsPrimaryKey() || property.Metadata.IsConcurrencyToken || unchanged.Contains(property.Metadata.Name)))
        {
            if (property.OriginalValue is null)
            {
                text.Append(separator).Append(sql.DelimitIdentifier(property.Metadata.GetColumnName(table)!)).Append(" IS NULL");
            }
            else
            {
                Append(separator, property.Metadata, property.OriginalValue);
            }

            separator = " AND ";
        }

        return await db.Database.ExecuteSqlRawAsync(text.ToString(), parameters, cancellation) > 0;

        void Append(string before, IProperty property, object? value)
        {
            var name = sql.GenerateParameterName(string.Create(CultureInfo.InvariantCulture, $"p{parameters.Count}"));
            parameters.Add(property.GetRelationalTypeMapping().CreateParameter(factory, name, value, property.IsNullable));
            text.Append(before).Append(sql.DelimitIdentifier(property.GetColumnName(table)!)).Append(" = ").Append(name);
        }
    }

    private static async Task<bool> SaveAllAsync(PanelDb db, CancellationToken cancellation)
    {
        try
        {
            await db.SaveChangesAsync(cancellation);
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }
    }
}
