using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MultiPanel.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Installations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "linked_to_id",
                table: "vms",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "installations",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    key = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_installations", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_vms_linked_to_id",
                table: "vms",
                column: "linked_to_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "installations");

            migrationBuilder.DropIndex(
                name: "ix_vms_linked_to_id",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "linked_to_id",
                table: "vms");
        }
    }
}
