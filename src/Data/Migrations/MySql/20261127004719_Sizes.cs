using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MultiPanel.Data.Migrations.MySql
{
    /// <inheritdoc />
    public partial class Sizes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "disks",
                table: "vms",
                type: "varchar(4000)",
                maxLength: 4000,
                nullable: true)
                .Annotation("MySql:CharSet", "utf8mb4");

            migrationBuilder.AddColumn<int>(
                name: "sockets",
                table: "vms",
                type: "int",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "disks",
                table: "templates",
                type: "varchar(4000)",
                maxLength: 4000,
                nullable: true)
                .Annotation("MySql:CharSet", "utf8mb4");

            migrationBuilder.AddColumn<int>(
                name: "sockets",
                table: "templates",
                type: "int",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "changed",
                table: "audit_entries",
                type: "varchar(1000)",
                maxLength: 1000,
                nullable: true)
                .Annotation("MySql:CharSet", "utf8mb4");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "disks",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "sockets",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "disks",
                table: "templates");

            migrationBuilder.DropColumn(
                name: "sockets",
                table: "templates");

            migrationBuilder.DropColumn(
                name: "changed",
                table: "audit_entries");
        }
    }
}
